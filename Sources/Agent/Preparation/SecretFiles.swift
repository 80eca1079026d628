internal import DockerEngine
internal import EventLoop
internal import Model

/// The secret files of this node's containers: one folder a container, in memory, for root's eyes only.
///
/// After a reboot they are gone, so each start writes them anew; the container's label says which they are.
struct SecretFiles: Sendable {
    /// What the label says of one file, in the order of the files' numbers.
    struct Entry: Hashable, Sendable {
        var secret: String
        var optional: Bool
    }

    /// The label: words such as `r:name` or, for optional ones, `o:name`; never a value.
    static let label = "fledx.secret_files"

    /// This node's folder, as the container engine sees it.
    let folder: String
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
                    kind: .bind, source: path(container, entries.count), target: file.path, readOnly: true))
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

    /// Takes a container's files away; blocks.
    func remove(container: String) throws {
        let own = "\(folder)/\(container)"
        guard FileIO.isPresent(own) else { return }
        for name in try FileIO.list(own) { try FileIO.remove("\(own)/\(name)") }
        try FileIO.removeFolder(own)
    }

    /// Takes away the files of containers that are not there any more; blocks.
    func keepOnly(_ containers: Set<String>) throws {
        guard FileIO.isPresent(folder) else { return }
        for name in try FileIO.list(folder) where !containers.contains(name) { try remove(container: name) }
    }

    private func write(_ contents: [[UInt8]], container: String, user: String) throws {
        let own = "\(folder)/\(container)"
        try FileIO.makeFolders(own, mode: 0o700)
        guard try MemoryFile.isInMemory(own) else {
            throw PreparationFailure(reasons: [
                "secret files need a folder in memory, and \(folder) is on a disk; name one in "
                    + "FLEDX_AGENT_RUN_DIR"
            ])
        }
        let reader = Self.reader(user)
        for (number, bytes) in contents.enumerated() {
            try MemoryFile.write(path(container, number), bytes, mode: reader.mode, owner: reader.owner)
        }
    }

    private func path(_ container: String, _ number: Int) -> String { "\(folder)/\(container)/\(number)" }

    /// Who reads the files in the container: a user by number gets them, any other user may only read them, which
    /// outside the folder keeps everybody else from.
    static func reader(_ user: String) -> (mode: UInt32, owner: (user: UInt32, group: UInt32)?) {
        let parts = user.split(separator: ":", omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        if name.isEmpty || name == "root" || name == "0" { return (0o400, nil) }
        guard let number = UInt32(name) else { return (0o444, nil) }
        let group = parts.count > 1 ? UInt32(parts[1]) : nil
        return (0o400, (number, group ?? 0))
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
