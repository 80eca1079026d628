import ArgumentParser
import EventLoop
import JSON
import Model

/// Changes single variables and files of a config; everything else stays.
struct ConfigsSet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set and remove variables and files of a config; the rest stays.",
        discussion: """
            What has the config is updated, one step at a time; a file that is given again keeps its mode and reload:
              fledx configs set myconfig --var LOG_LEVEL=debug --unset OLD_KEY
              fledx configs set myconfig --from-file /etc/app/app.yaml=./app.yaml
            """, aliases: ["update"])

    @Argument(help: "Name or id.") var config: String
    @OptionGroup var fields: ConfigFields
    @Option(name: .customLong("unset"), help: "A variable to remove. Repeatable.") var unset: [String] = []
    @Option(help: "The path of a file to remove. Repeatable.") var removeFile: [String] = []
    @Option(help: "A new name.") var name: String?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/configs/\(Query.encoded(config))"
        let former: ConfigDetail = try await session.fetch(.get, path)
        let answer = try await session.send(
            .put, path, body: try body(former).encoded(),
            headers: [("if-match", "\"\(former.metadata.version)\"")])
        if json {
            try session.printJSON(answer)
            return 0
        }
        let now: ConfigDetail = try session.decode(answer)
        let version = now.metadata.version
        session.terminal.write(
            version == former.metadata.version
                ? "config \(now.metadata.name) unchanged, version \(version)\n"
                : "config \(now.metadata.name) is at version \(version)\n")
        return 0
    }

    /// The complete new declaration; sealed values stay where they are.
    func body(_ former: ConfigDetail) throws -> JSONNode {
        let entries = try fields.entries()
        let files = try fields.files(of: former.metadata.name, former: former.files)
        for key in unset where !former.entries.contains(where: { $0.key == key }) {
            throw ConsoleFailure(.usage, "--unset \(key): the config has no such variable")
        }
        for path in removeFile where !former.files.contains(where: { $0.path == path }) {
            throw ConsoleFailure(.usage, "--remove-file \(path): the config has no such file")
        }
        let keptEntries = former.entries.filter { entry in
            !unset.contains(entry.key) && !entries.contains { $0.key == entry.key }
        }
        let keptFiles = former.files.filter { file in
            !removeFile.contains(file.path) && !files.contains { $0.path == file.path }
        }
        var members = [
            JSONMember(
                key: "entries", value: .array(try keptEntries.map(JSONCoder.node(of:)) + entries.map(\.node))),
            JSONMember(
                key: "files", value: .array(try keptFiles.map(JSONCoder.node(of:)) + files.map(\.node))),
        ]
        if let name { members.append(JSONMember(key: "name", value: .string(name))) }
        return .object(members)
    }
}
