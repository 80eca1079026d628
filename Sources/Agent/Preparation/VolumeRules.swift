internal import DockerEngine
internal import EventLoop
internal import Model

/// What of this node's file system containers may see.
struct VolumeRules: Hashable, Sendable {
    /// Absolute folders; none allows nothing.
    var prefixes: [String]

    init(prefixes: [String] = []) { self.prefixes = prefixes.map(PathRules.normalized) }

    /// The mounts of a declaration, each looked at part by part; throws every fault at once.
    ///
    /// Missing folders of writable volumes are made; blocks.
    func mounts(_ volumes: [VolumeMount]) throws(PreparationFailure) -> [ContainerMount] {
        var mounts: [ContainerMount] = []
        var faults: [String] = []
        for volume in volumes {
            do throws(VolumeFault) {
                let source = try resolve(volume.hostPath, makesFolders: !volume.readOnly)
                mounts.append(
                    ContainerMount(
                        kind: .bind, source: source, target: volume.containerPath, readOnly: volume.readOnly))
            } catch {
                faults.append("volume \(volume.hostPath) cannot be mounted: \(error.words)")
            }
        }
        guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
        return mounts
    }

    /// Looks again at paths that were mounted before, since what lies there may have been replaced; blocks.
    func recheck(_ sources: [String]) throws(PreparationFailure) {
        let roots = prefixes.map(FileIO.resolved)
        var faults: [String] = []
        for source in sources {
            do throws(VolumeFault) {
                guard let root = roots.first(where: { PathRules.lies(source, below: $0) }) else {
                    throw VolumeFault(words: outside)
                }
                try walk(Self.parts(source, below: root), root, makesFolders: false)
            } catch {
                faults.append("volume \(source) cannot be mounted: \(error.words)")
            }
        }
        guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
    }

    private var outside: String {
        guard !prefixes.isEmpty else {
            return "this node allows none; name its folder in FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES"
        }
        return "it is not below a folder that this node allows (FLEDX_AGENT_ALLOWED_VOLUME_PREFIXES: "
            + "\(prefixes.joined(separator: ", ")))"
    }

    private static func parts(_ path: String, below prefix: String) -> [String] {
        path.split(separator: "/").dropFirst(prefix.split(separator: "/").count).map(String.init)
    }

    private func walk(_ parts: [String], _ root: String, makesFolders: Bool) throws(VolumeFault) {
        do throws(PathWalk.Failure) {
            try PathWalk.check(parts, below: root, makesFolders: makesFolders)
        } catch {
            throw VolumeFault(words: Self.words(error))
        }
    }

    private struct VolumeFault: Error { var words: String }

    private func resolve(_ path: String, makesFolders: Bool) throws(VolumeFault) -> String {
        let candidates = prefixes.filter { PathRules.lies(path, below: $0) }
        guard let prefix = candidates.max(by: { $0.utf8.count < $1.utf8.count }) else {
            throw VolumeFault(words: outside)
        }
        if makesFolders {
            do { try FileIO.makeFolders(prefix) } catch {
                throw VolumeFault(words: ErrorReport.render(error))
            }
        }
        let root = FileIO.resolved(prefix)
        let parts = Self.parts(path, below: prefix)
        try walk(parts, root, makesFolders: makesFolders)
        return PathRules.normalized(([root] + parts).joined(separator: "/"))
    }

    private static func words(_ failure: PathWalk.Failure) -> String {
        switch failure.kind {
        case .link: "\(failure.path) is a symbolic link, which is not followed below an allowed folder"
        case .missing: "\(failure.path) does not exist; only folders of new, writable volumes are made"
        case .notFolder: "\(failure.path) is no folder"
        case .refused(let words): "\(failure.path): \(words)"
        }
    }
}
