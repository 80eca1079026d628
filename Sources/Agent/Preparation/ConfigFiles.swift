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
        let files = supplies.files(of: replica)
        let contents = files.map { content($0.file, &faults) }
        guard faults.isEmpty else { return ([], "") }
        let mounts = files.enumerated().map { number, file in
            ContainerMount(
                kind: .bind, source: run.path(container, Self.name(number)), target: file.place.path,
                readOnly: true)
        }
        for (number, content) in contents.enumerated() {
            guard let content else { continue }
            try run.write(container, Self.name(number), content.bytes, mode: content.mode, user: user)
        }
        return (mounts, files.map(\.place.text).joined(separator: "\n"))
    }

    /// Writes the files of a container that is about to start, those that are still known; blocks.
    ///
    /// What the desired state does not hold any more for it stays as it is; only a reboot takes it away. `assignment` is
    /// nil for a container that is not what its replica is to run as: that one begins with what it had. So does one
    /// with live files of which one cannot be had now, with all of them.
    ///
    /// - Returns: Whether its live files are what they shall be.
    func refresh(
        label: String, _ supplies: Supplies, container: String, of assignment: AssignmentID?, user: String
    ) throws -> Bool {
        var faults: [String] = []
        var isLacking = false
        var due: [(name: String, content: (bytes: [UInt8], mode: UInt16), mayStay: Bool)] = []
        for (number, place) in Self.places(label).enumerated() {
            guard let place else { continue }
            let name = Self.name(number)
            let isPresent = FileIO.isPresent(run.path(container, name))
            guard let file = supplies.file(place, of: assignment) ?? Self.other(place, supplies, isPresent)
            else {
                if !isPresent { faults.append(Supplies.missing(place.made)) }
                continue
            }
            let mayStay = isPresent && file.reload.isLive
            var reasons: [String] = []
            if let content = content(file, &reasons) {
                due.append((name, content, mayStay))
            } else if mayStay {
                isLacking = true
            } else {
                faults += reasons
            }
        }
        guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
        // Its program begins with what is there now.
        try run.setDueSignals(container, [])
        for file in due where !(isLacking && file.mayStay) {
            try run.write(container, file.name, file.content.bytes, mode: file.content.mode, user: user)
        }
        return !isLacking
    }

    /// What another replica's version says of a file: the same for all of them, unless it may change below containers.
    private static func other(_ place: ConfigPlace, _ supplies: Supplies, _ isPresent: Bool) -> ConfigFile? {
        supplies.anyFile(place).flatMap { $0.reload.isLive && isPresent ? nil : $0 }
    }

    static func places(_ label: String) -> [ConfigPlace?] {
        label.split(separator: "\n").map { ConfigPlace($0) }
    }

    /// The name of a file in the container's folder.
    static func name(_ number: Int) -> String { "c\(number)" }

    private func content(_ file: ConfigFile, _ faults: inout [String]) -> (bytes: [UInt8], mode: UInt16)? {
        bytes(of: file, &faults).map { ($0, file.mode) }
    }

    /// What a file is to hold; nil, and a fault, when that cannot be found.
    func bytes(of file: ConfigFile, _ faults: inout [String]) -> [UInt8]? {
        switch file.source {
        case .content(let bytes): bytes
        case .reference(let name): local(name, &faults)
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
