import ArgumentParser
import EventLoop
import JSON
import Model

/// Declares a login at a registry, or declares it anew.
struct RegistryCredentialsSet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Declare a login at a registry; what is left out stays.",
        discussion: """
              fledx registry-credentials set ghcr.io --username robot --password-file ./token
              fledx registry-credentials set main --host ghcr.io --username robot --password-file -
            """, aliases: ["create", "update"])

    @Argument(help: "Its name; the registry's host unless --host says another.") var name: String
    @Option(help: "The registry, as image references name it.") var host: String?
    @Option(help: "Who logs in.") var username: String?
    @Option(help: "A file with the password or token, or - for standard input.") var passwordFile: String?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let all = "/api/v1/registry-credentials"
        let password = try passwordFile.map(Self.password)
        let answer: [UInt8]
        let verb: String
        do {
            let body = body(isFirst: false, password).encoded()
            answer = try await session.send(.put, "\(all)/\(Query.encoded(name))", body: body)
            verb = "set"
        } catch let failure as ConsoleFailure {
            guard case .refused(status: 404) = failure.kind else { throw failure }
            answer = try await session.send(.post, all, body: body(isFirst: true, password).encoded())
            verb = "created"
        }
        if json {
            try session.printJSON(answer)
        } else {
            let view: RegistryCredentialView = try session.decode(answer)
            session.terminal.write(
                "registry credential \(view.name) \(verb) (\(view.username)@\(view.host))\n")
        }
        return 0
    }

    /// What is sent.
    func body(isFirst: Bool, _ password: String?) -> JSONNode {
        let members = [
            ("name", isFirst ? name : nil), ("host", host ?? (isFirst ? name : nil)), ("username", username),
            ("password", password),
        ]
        return .object(
            members.compactMap { key, value in value.map { JSONMember(key: key, value: .string($0)) } })
    }

    /// A file's text without the end of its last line, which editors add.
    private static func password(_ path: String) throws -> String {
        let bytes = try LocalFile.read(path, limitBytes: ConfigLimits.passwordBytes + 1)
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw ConsoleFailure(.usage, "--password-file: '\(path)' is not text")
        }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}
