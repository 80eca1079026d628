internal import EventLoop
internal import Model

/// The files of this node's containers that must not reach a disk: one folder a container, for root's eyes only.
struct RunFolder: Sendable {
    /// This node's folder, as the container engine sees it.
    let folder: String

    /// The name of the file that lists signals, beside those of a container.
    private static let signals = "signals"

    /// Where a container's file lies.
    func path(_ container: String, _ name: String) -> String { "\(folder)/\(container)/\(name)" }

    /// Writes a file for the user the container runs as; blocks.
    ///
    /// A user by number gets the file; where the number is not known, any user of the container may read it, which
    /// outside of it the folder keeps everybody from.
    func write(_ container: String, _ name: String, _ bytes: [UInt8], mode: UInt16, user: String) throws {
        let own = "\(folder)/\(container)"
        try FileIO.makeFolders(own, mode: 0o700)
        guard try MemoryFile.isInMemory(own) else {
            throw PreparationFailure(reasons: [
                "files of secrets and configs need a folder in memory, and \(folder) is on a disk; name one in "
                    + "FLEDX_AGENT_RUN_DIR"
            ])
        }
        let reader = Self.reader(user, mode: mode)
        try MemoryFile.write(path(container, name), bytes, mode: reader.mode, owner: reader.owner)
    }

    /// What a container's file holds; nil when it is not there; blocks.
    func content(_ container: String, _ name: String) throws -> [UInt8]? {
        try FileIO.readRegularIfPresent(path(container, name), limitBytes: AgentLimits.documentBytes)
    }

    /// Gives a file that a running container sees another content, where it lies; blocks.
    func rewrite(_ container: String, _ name: String, _ bytes: [UInt8]) throws {
        try MemoryFile.rewrite(path(container, name), bytes)
    }

    /// The signals that a container is still to be sent; blocks.
    func dueSignals(_ container: String) throws -> [ConfigReload.Signal] {
        let lines = try content(container, Self.signals) ?? []
        return lines.split(separator: 0x0A).compactMap {
            ConfigReload.Signal(rawValue: String(decoding: $0, as: UTF8.self))
        }
    }

    /// Remembers the signals that a container is still to be sent, whatever becomes of this process; blocks.
    func setDueSignals(_ container: String, _ due: [ConfigReload.Signal]) throws {
        let path = path(container, Self.signals)
        guard !due.isEmpty else {
            if FileIO.isPresent(path) { try FileIO.remove(path) }
            return
        }
        let text = due.map(\.rawValue).joined(separator: "\n")
        // A half-written list would be read as a shorter one.
        try MemoryFile.write(path + ".new", Array(text.utf8), mode: 0o600, owner: nil)
        try FileIO.rename(path + ".new", to: path)
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

    static func reader(_ user: String, mode: UInt16) -> (mode: UInt32, owner: (user: UInt32, group: UInt32)?)
    {
        let parts = user.split(separator: ":", omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        if name.isEmpty || name == "root" || name == "0" { return (UInt32(mode), nil) }
        guard let number = UInt32(name) else { return (UInt32(mode) | 0o444, nil) }
        let group = parts.count > 1 ? UInt32(parts[1]) : nil
        return (UInt32(mode), (number, group ?? 0))
    }
}
