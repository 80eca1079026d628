internal import DockerEngine
internal import EventLoop
internal import Model

/// The secret files of containers: after a reboot they are gone, so each start writes them anew.
struct SecretFiles: Sendable {
    /// What the label says of one file, in the order of the files' numbers.
    struct Entry: Hashable, Sendable {
        var secret: String
        var optional: Bool
    }

    /// The label: words such as `r:name` or, for optional ones, `o:name`; never a value.
    static let label = "fledx.secret_files"

    let run: RunFolder
    let source: SecretSource

    /// Writes a new container's files; the mounts and the label follow; blocks.
    func prepare(
        _ files: [SecretFile], container: String, user: String, _ faults: inout [String]
    ) throws -> (mounts: [ContainerMount], label: String) {
        var mounts: [ContainerMount] = []
        var entries: [Entry] = []
        var contents: [[UInt8]] = []
        for file in files {
            guard let bytes = source.content(file.secret, optional: file.optional, &faults) else { continue }
            mounts.append(
                ContainerMount(
                    kind: .bind, source: run.path(container, "\(entries.count)"), target: file.path,
                    readOnly: true))
            entries.append(Entry(secret: file.secret, optional: file.optional))
            contents.append(bytes)
        }
        guard faults.isEmpty, !entries.isEmpty else { return (mounts, "") }
        try write(contents, container: container, user: user)
        return (mounts, Self.text(entries))
    }

    /// Writes the files of a container that is about to start, with the contents of now; blocks.
    func refresh(label: String, container: String, user: String) throws {
        var faults: [String] = []
        // What was there when the container was made is mounted, so something must be there.
        let contents = Self.entries(label).map { entry in
            source.content(entry.secret, optional: entry.optional, &faults) ?? []
        }
        guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
        try write(contents, container: container, user: user)
    }

    private func write(_ contents: [[UInt8]], container: String, user: String) throws {
        for (number, bytes) in contents.enumerated() {
            try run.write(container, "\(number)", bytes, mode: 0o400, user: user)
        }
    }

    static func text(_ entries: [Entry]) -> String {
        entries.map { ($0.optional ? "o:" : "r:") + $0.secret }.joined(separator: " ")
    }

    static func entries(_ label: String) -> [Entry] {
        label.split(separator: " ").map {
            Entry(secret: String($0.dropFirst(2)), optional: $0.hasPrefix("o:"))
        }
    }
}
