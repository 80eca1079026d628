import ArgumentParser
import EventLoop
import JSON
import Model

/// Makes a token for an operator.
struct TokensCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create an operator's token and print it, once.",
        discussion: "Scopes: \(OperatorScope.allCases.map(\.rawValue).joined(separator: ", ")).")

    @OptionGroup var newName: NewName
    @Option(help: "admin, operator or read-only.") var role: String?
    @Option(name: .customLong("scope"), help: "One thing it allows, instead of a role. Repeatable.")
    var scopes: [String] = []
    @Option(help: "When it stops working, such as 2027-01-01T00:00:00Z.") var expiresAt: String?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        _ = try newName.required()
        if (role == nil) == scopes.isEmpty { throw ValidationError("write either --role or --scope") }
    }

    /// What is sent.
    var body: JSONNode {
        var members = [JSONMember(key: "name", value: .string(newName.text ?? ""))]
        if let role { members.append(JSONMember(key: "role", value: .string(role))) }
        if !scopes.isEmpty {
            members.append(JSONMember(key: "scopes", value: .array(scopes.map { .string($0) })))
        }
        if let expiresAt { members.append(JSONMember(key: "expires_at", value: .string(expiresAt))) }
        return .object(members)
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.post, "/api/v1/operator-tokens", body: body.encoded())
        try session.printToken(answer, json: json)
        return 0
    }
}

extension Session {
    /// Shows a new token, which nobody can show again.
    func printToken(_ answer: [UInt8], json: Bool) throws {
        if json { return try printJSON(answer) }
        let created: TokenCreated = try decode(answer)
        terminal.write(TokenText.created(created))
        terminal.remark("keep the token now: it is not shown again")
    }
}
