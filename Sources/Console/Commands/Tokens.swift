import ArgumentParser

/// Everything about the tokens of operators and of registration.
struct Tokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "List, create and revoke tokens of operators and of registration.",
        discussion: """
            To rotate a token: create another one, use it, revoke the old one.
              fledx tokens create --name ci --role operator --expires-at 2027-01-01T00:00:00Z
              fledx tokens revoke ci-old
              fledx tokens registration create --name rack-7 --max-uses 20 --ttl-secs 86400
            Tokens of nodes are under 'fledx nodes tokens'.
            """,
        subcommands: [TokensList.self, TokensCreate.self, TokensRevoke.self, TokensRegistration.self])
}

/// Everything about the tokens that let machines become nodes.
struct TokensRegistration: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registration", abstract: "List, create and revoke registration tokens.",
        subcommands: [
            RegistrationTokensList.self, RegistrationTokensCreate.self, RegistrationTokensRevoke.self,
        ])
}

/// Everything about the tokens of one node.
struct NodesTokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "List, create and revoke the tokens of a node.",
        subcommands: [NodeTokensList.self, NodeTokensCreate.self, NodeTokensRevoke.self])
}
