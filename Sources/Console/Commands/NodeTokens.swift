import ArgumentParser
import EventLoop
import JSON
import Model

/// Lists a node's tokens.
struct NodeTokensList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a node's tokens, without the tokens themselves.",
        aliases: ["ls"])

    @Argument(help: "Name or id of the node.") var node: String
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/nodes/\(Query.encoded(node))/tokens")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(TokenText.nodes(try session.decode(answer), now: session.now))
        }
        return 0
    }
}

/// Makes another token for a node.
struct NodeTokensCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create another token for a node and print it, once.",
        discussion: "Its agent takes it with FLEDX_AGENT_NODE_TOKEN; then revoke the old one.",
        aliases: ["rotate"])

    @Argument(help: "Name or id of the node.") var node: String
    @Option(help: "When it stops working, such as 2027-01-01T00:00:00Z.") var expiresAt: String?
    @Flag(help: "Let the node's other tokens stop working at once.") var disableExisting = false
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    /// What is sent.
    var body: JSONNode {
        var members = [JSONMember(key: "disable_existing", value: .bool(disableExisting))]
        if let expiresAt { members.append(JSONMember(key: "expires_at", value: .string(expiresAt))) }
        return .object(members)
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/nodes/\(Query.encoded(node))/tokens"
        try session.printToken(try await session.send(.post, path, body: body.encoded()), json: json)
        return 0
    }
}

/// Takes a node's token back.
struct NodeTokensRevoke: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a node's token; an agent that uses it is refused at once.",
        aliases: ["rm"])

    @Argument(help: "Name or id of the node.") var node: String
    @Argument(help: "Id of the token.") var token: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/nodes/\(Query.encoded(node))/tokens/\(Query.encoded(token))"
        _ = try await session.send(.delete, path)
        session.terminal.write("token \(token) of node \(node) revoked\n")
        return 0
    }
}
