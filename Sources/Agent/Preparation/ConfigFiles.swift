internal import DockerEngine
internal import EventLoop
internal import Model

/// The files of configs in containers; their contents come from the desired state, or from this node by name.
struct ConfigFiles: Sendable {
    /// The label: a line a file, which config and version and where in the container.
    static let label = "fledx.config_files"

    let run: RunFolder
    /// Where files lie that configs name instead of holding them.
    let localFolder: String

    /// Writes a new container's files; the mounts and the label follow; blocks.
    func prepare(
        _ replica: DesiredReplica, _ supplies: Supplies, container: String, user: String,
        _ faults: inout [String]
    ) throws -> (mounts: [ContainerMount], label: String) {
        let places = supplies.files(of: replica)
        let contents = places.map { content($0, supplies, &faults) }
        guard faults.isEmpty else { return ([], "") }
        let mounts = places.enumerated().map { number, place in
            ContainerMount(
                kind: .bind, source: run.path(container, "c\(number)"), target: place.path, readOnly: true)
        }
        try write(contents, container: container, user: user)
        return (mounts, places.map(\.text).joined(separator: "\n"))
    }

    /// Writes the files of a container that is about to start, those that are still known; blocks.
    ///
    /// An older version that the desired state does not hold any more stays as it is; only a reboot takes it away.
    func refresh(label: String, _ supplies: Supplies, container: String, user: String) throws {
        let places = label.split(separator: "\n").map { ConfigPlace($0) }
        var faults: [String] = []
        let contents: [(bytes: [UInt8], mode: UInt16)?] = places.enumerated().map { number, place in
            guard let place else { return nil }
            if supplies.file(place) == nil, FileIO.isPresent(run.path(container, "c\(number)")) { return nil }
            return content(place, supplies, &faults)
        }
        guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
        try write(contents, container: container, user: user)
    }

    private func write(
        _ contents: [(bytes: [UInt8], mode: UInt16)?], container: String, user: String
    ) throws {
        for (number, content) in contents.enumerated() {
            guard let content else { continue }
            try run.write(container, "c\(number)", content.bytes, mode: content.mode, user: user)
        }
    }

    private func content(
        _ place: ConfigPlace, _ supplies: Supplies, _ faults: inout [String]
    ) -> (bytes: [UInt8], mode: UInt16)? {
        guard let file = supplies.file(place) else {
            faults.append(Supplies.missing(place.reference))
            return nil
        }
        switch file.source {
        case .content(let bytes): return (bytes, file.mode)
        case .reference(let name):
            guard let bytes = local(name, &faults) else { return nil }
            return (bytes, file.mode)
        }
    }

    /// A file of this node: looked at part by part, so that no name leads out of the folder.
    private func local(_ name: String, _ faults: inout [String]) -> [UInt8]? {
        let parts = name.split(separator: "/").map(String.init)
        let path = "\(localFolder)/\(name)"
        guard !parts.isEmpty, !parts.contains("..") else {
            faults.append("the file '\(name)' of a config leads out of \(localFolder)")
            return nil
        }
        do {
            return try PathWalk.read(
                parts, below: FileIO.resolved(localFolder), limitBytes: AgentLimits.secretBytes)
        } catch let failure as PathWalk.Failure where failure.kind == .link {
            faults.append("the file \(path) of a config is not taken: \(failure.path) is a symbolic link")
        } catch {
            faults.append("the file \(path) of a config cannot be read: \(Self.words(error))")
        }
        return nil
    }

    private static func words(_ error: any Error) -> String {
        guard let failure = error as? PathWalk.Failure else { return ErrorReport.render(error) }
        switch failure.kind {
        case .missing: return "\(failure.path) does not exist"
        case .notFolder: return "\(failure.path) is no folder"
        case .link: return "\(failure.path) is a symbolic link"
        case .refused(let words): return words
        }
    }
}
