import ArgumentParser
import EventLoop
import JSON
import Model

/// Lists registration tokens.
struct RegistrationTokensList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List registration tokens, without the tokens themselves.",
        aliases: ["ls"])

    @OptionGroup var paging: PagingOptions
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/registration-tokens\(paging.query(status: nil))")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                TokenText.registrations(
                    try session.decode(answer), now: session.now, width: session.terminal.columns))
        }
        return 0
    }
}

/// Makes a registration token.
struct RegistrationTokensCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a registration token and print it, once.",
        discussion: "Machines show it to become nodes: FLEDX_AGENT_REGISTRATION_TOKEN of their agents.")

    @OptionGroup var newName: NewName
    @Option(help: "How many nodes it may register; any number unless said.") var maxUses: Int64?
    @Option(help: "Seconds after which it stops working.") var ttlSecs: Int64?
    @Option(help: "When it stops working, such as 2027-01-01T00:00:00Z.") var expiresAt: String?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        _ = try newName.required()
        if ttlSecs != nil, expiresAt != nil {
            throw ValidationError("write either --ttl-secs or --expires-at")
        }
    }

    /// What is sent.
    var body: JSONNode {
        var members = [JSONMember(key: "name", value: .string(newName.text ?? ""))]
        if let maxUses { members.append(JSONMember(key: "max_uses", value: .integer(maxUses))) }
        if let ttlSecs { members.append(JSONMember(key: "ttl_secs", value: .integer(ttlSecs))) }
        if let expiresAt { members.append(JSONMember(key: "expires_at", value: .string(expiresAt))) }
        return .object(members)
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.post, "/api/v1/registration-tokens", body: body.encoded())
        try session.printToken(answer, json: json)
        return 0
    }
}

/// Takes a registration token back.
struct RegistrationTokensRevoke: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a registration token; nodes it registered stay.",
        aliases: ["rm"])

    @Argument(help: "Name or id.") var token: String
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        _ = try await session.send(.delete, "/api/v1/registration-tokens/\(Query.encoded(token))")
        session.terminal.write("registration token \(token) revoked\n")
        return 0
    }
}
