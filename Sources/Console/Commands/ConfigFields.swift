import ArgumentParser
import JSON
import Model

/// What a config holds, as flags.
struct ConfigFields: ParsableArguments, Sendable {
    @Option(name: .customLong("var"), help: "KEY=value for everybody to read. Repeatable.")
    var variables: [String] = []
    @Option(help: "A file of KEY=value lines. Repeatable.") var fromEnvFile: [String] = []
    @Option(help: "KEY=NAME: the node has the value as the secret NAME. Repeatable.")
    var secretRef: [String] = []
    @Option(
        help: "KEY=FILE: the file's text is sealed and never shown again (- is standard input). Repeatable.")
    var secretFile: [String] = []
    @Option(
        help: """
            FILE, or /path/in/the/container=FILE; FILE alone comes to /etc/NAME/FILE. Repeatable.
            """)
    var fromFile: [String] = []
    @Option(help: "/path/in/the/container=PATH: the node has the file under this relative path. Repeatable.")
    var fileRef: [String] = []
    @Option(help: "Permission bits of the files named here, such as 0440.") var mode: String?
    @Option(
        help: """
            How running containers get another content of the files named here: restart (a new container), signal \
            (the file is written anew and the first process is sent a signal) or none (the file is written anew).
            """)
    var reload: String?
    @Option(help: "--reload signal with this signal, such as SIGUSR1, instead of SIGHUP.")
    var signal: String?

    func validate() throws {
        guard fromFile.isEmpty, fileRef.isEmpty else { return }
        let flags = [(mode, "--mode"), (reload, "--reload"), (signal, "--signal")]
        for case (.some, let flag) in flags {
            throw ValidationError("\(flag) is about files; name them with --from-file or --file-ref")
        }
    }

    /// The variables named here.
    func entries() throws -> [(key: String, node: JSONNode)] {
        var found: [(key: String, source: JSONMember)] = []
        for (key, value) in try PairArgument.list(variables, flag: "--var") {
            found.append((key, JSONMember(key: "value", value: .string(value))))
        }
        for path in fromEnvFile {
            for (key, value) in try EnvironmentFile.read(path).sorted(by: { $0.key < $1.key }) {
                found.append((key, JSONMember(key: "value", value: .string(value))))
            }
        }
        for (key, name) in try PairArgument.list(secretRef, flag: "--secret-ref") {
            found.append((key, JSONMember(key: "secret_ref", value: .string(name))))
        }
        for (key, path) in try PairArgument.list(secretFile, flag: "--secret-file") {
            let value = try Self.secret(path, key)
            found.append((key, JSONMember(key: "secret_value", value: .string(value))))
        }
        try Self.refuseRepetition(found.map(\.key), "variable")
        return found.map { key, source in
            (key, .object([JSONMember(key: "key", value: .string(key)), source]))
        }
    }

    /// The files named here, for a config of a name; one that is there keeps what is not said of it.
    func files(of name: String, former: [ConfigFile] = []) throws -> [(path: String, node: JSONNode)] {
        var found: [(path: String, source: JSONMember)] = []
        for argument in fromFile {
            let (path, file) = Self.target(argument, name)
            let bytes = try LocalFile.read(file)
            let text = String(validating: bytes, as: UTF8.self)
            found.append(
                (
                    path,
                    text.map { JSONMember(key: "content", value: .string($0)) }
                        ?? JSONMember(key: "content_base64", value: .string(Base64.encode(bytes)))
                ))
        }
        for (path, reference) in try PairArgument.list(fileRef, flag: "--file-ref") {
            found.append((path, JSONMember(key: "file_ref", value: .string(reference))))
        }
        try Self.refuseRepetition(found.map(\.path), "file")
        return found.map { path, source in
            let kept = former.first { $0.path == path }
            let members = [JSONMember(key: "path", value: .string(path)), source] + traits(keeping: kept)
            return (path, .object(members))
        }
    }

    /// What is said of every file named here, or else of the file before.
    private func traits(keeping former: ConfigFile?) -> [JSONMember] {
        var traits: [(key: String, value: String?)] = [("mode", mode ?? former?.modeText)]
        if let signal {
            traits += [("reload", reload ?? ConfigReload.Kind.signal.rawValue), ("signal", signal)]
        } else if let reload {
            traits.append(("reload", reload))
            if reload == ConfigReload.Kind.signal.rawValue, case .signal(let kept)? = former?.reload {
                traits.append(("signal", kept.rawValue))
            }
        } else if let kept = former?.reload {
            traits.append(("reload", kept.kind.rawValue))
            if case .signal(let signal) = kept { traits.append(("signal", signal.rawValue)) }
        }
        return traits.compactMap { trait in
            trait.value.map { JSONMember(key: trait.key, value: .string($0)) }
        }
    }

    /// `FILE` alone goes to a folder of the config's own.
    static func target(_ argument: String, _ name: String) -> (path: String, file: String) {
        if argument.hasPrefix("/"), let equals = argument.firstIndex(of: "=") {
            return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
        }
        let last = argument.split(separator: "/" as Character).last.map(String.init) ?? argument
        return ("/etc/\(name)/\(last)", argument)
    }

    /// A file's text without the end of its last line, which editors add.
    private static func secret(_ path: String, _ key: String) throws -> String {
        let bytes = try LocalFile.read(path, limitBytes: ConfigLimits.valueBytes + 1)
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw ConsoleFailure(.usage, "--secret-file \(key): '\(path)' is not text")
        }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    private static func refuseRepetition(_ names: [String], _ what: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw ConsoleFailure(.usage, "\(what) '\(name)' is given twice")
        }
    }
}
