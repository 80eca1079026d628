internal import EventLoop
internal import Model

/// The files of this node's containers that must not reach a disk: one folder a container, for root's eyes only.
struct RunFolder: Sendable {
    /// This node's folder, as the container engine sees it.
    let folder: String

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
