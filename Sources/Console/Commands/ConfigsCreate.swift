import ArgumentParser
import EventLoop
import JSON
import Model

/// Declares a config.
struct ConfigsCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Declare a config.",
        discussion: """
              fledx configs create myconfig --from-file ./config.yaml --var LOG_LEVEL=info
              fledx configs create app --from-file /etc/app/app.yaml=./app.yaml --label team=a
              fledx configs create app --from-file /etc/app/app.yaml=./app.yaml --reload signal
            """)

    @OptionGroup var newName: NewName
    @OptionGroup var fields: ConfigFields
    @Option(name: .customLong("label"), help: "key=value. Repeatable.") var labels: [String] = []
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws { _ = try newName.required() }

    /// What is sent.
    func body() throws -> JSONNode {
        let name = try newName.required()
        var members = [JSONMember(key: "name", value: .string(name))]
        let words = try PairArgument.map(labels, flag: "--label").sorted { $0.key < $1.key }
        if !words.isEmpty {
            let labels = words.map { JSONMember(key: $0.key, value: .string($0.value)) }
            members.append(JSONMember(key: "labels", value: .object(labels)))
        }
        members.append(JSONMember(key: "entries", value: .array(try fields.entries().map(\.node))))
        members.append(JSONMember(key: "files", value: .array(try fields.files(of: name).map(\.node))))
        return .object(members)
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.post, "/api/v1/configs", body: try body().encoded())
        if json {
            try session.printJSON(answer)
        } else {
            let config: ConfigDetail = try session.decode(answer)
            session.terminal.write(
                "config \(config.metadata.name) created (\(config.metadata.configID)), version \(config.metadata.version)\n"
            )
        }
        return 0
    }
}
