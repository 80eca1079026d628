internal import EventLoop
internal import Model

/// What the desired state holds for containers beside their declarations: configs and their hidden values.
struct Supplies: Sendable {
    private struct ValueName: Hashable {
        var reference: ConfigReference
        var key: String
    }

    private var contents: [ConfigReference: ConfigContent] = [:]
    /// The version that containers are made from, for every version.
    private var made: [ConfigReference: ConfigReference] = [:]
    /// The newest version with the same, for every one of those.
    private var newest: [ConfigReference: ConfigReference] = [:]
    /// The versions that replicas name.
    private var named: [AssignmentID: [ConfigReference]] = [:]
    private var values: [ValueName: Redacted<String>] = [:]
    /// What the wished containers are made from.
    private var specHashes: [AssignmentID: String] = [:]

    init() {}

    init(_ document: DesiredStateDocument, specHashes: [AssignmentID: String]) {
        self.specHashes = specHashes
        for config in document.configs {
            contents[config.reference] = config.content
            made[config.reference] = config.made
            let known = newest[config.made]?.version ?? 0
            if config.reference.version >= known { newest[config.made] = config.reference }
        }
        for replica in document.deployments where !replica.configs.isEmpty {
            named[replica.assignmentID] = replica.configs
        }
        for value in document.secrets?.configValues ?? [] {
            values[ValueName(reference: value.reference, key: value.key)] = Redacted(value.value)
        }
    }

    func content(_ reference: ConfigReference) -> ConfigContent? { contents[reference] }

    /// The variables of configs that are secrets, those that the declaration or a later plain value has left out.
    func secretVariables(
        of replica: DesiredReplica, _ source: SecretSource, _ faults: inout [String]
    ) -> [String: String] {
        var winners: [String: (ConfigReference, ConfigEntry)] = [:]
        for reference in replica.configs {
            guard let content = contents[reference] else {
                faults.append(Self.missing(reference))
                continue
            }
            for entry in content.entries { winners[entry.key] = (reference, entry) }
        }
        var result: [String: String] = [:]
        for (key, winner) in winners where replica.container.env[key] == nil {
            switch winner.1.source {
            case .value, .sealed: continue
            case .secretReference(let name):
                let variable = SecretVariable(name: key, secret: name)
                result.merge(source.environment([variable], &faults)) { _, new in new }
            case .secret:
                guard let value = values[ValueName(reference: winner.0, key: key)] else {
                    faults.append(
                        "the hidden value of \(key) did not come with the desired state; "
                            + "it is asked for again with the next one")
                    continue
                }
                result[key] = value.revealed
            }
        }
        return result
    }

    /// The files of a replica's configs, a later one in place of an earlier one; places taken by others are left out.
    func files(of replica: DesiredReplica) -> [(place: ConfigPlace, file: ConfigFile)] {
        let spec = replica.container
        let taken = Set(spec.secretFiles.map(\.path) + spec.volumes.map(\.containerPath))
        var files: [String: (place: ConfigPlace, file: ConfigFile)] = [:]
        for reference in replica.configs {
            for file in contents[reference]?.files ?? [] where !taken.contains(file.path) {
                let place = ConfigPlace(made: made[reference] ?? reference, path: file.path)
                files[file.path] = (place, file)
            }
        }
        return files.values.sorted { $0.place.path < $1.place.path }
    }

    /// Whether a container is what a replica is to run as: the versions that the replica names are for that one only,
    /// and not for an earlier container that serves meanwhile or again.
    func isWished(_ assignment: AssignmentID, specHash: String) -> Bool { specHashes[assignment] == specHash }

    /// One file as the replica's own version declares it; nil when the replica names no such version any more.
    func file(_ place: ConfigPlace, of assignment: AssignmentID?) -> ConfigFile? {
        let references = assignment.flatMap { named[$0] } ?? []
        return references.first { made[$0] == place.made }.flatMap { file($0, place.path) }
    }

    /// One file as any version declares it that the same containers are made from, the newest first.
    func anyFile(_ place: ConfigPlace) -> ConfigFile? { newest[place.made].flatMap { file($0, place.path) } }

    private func file(_ reference: ConfigReference, _ path: String) -> ConfigFile? {
        contents[reference]?.files.first { $0.path == path }
    }

    static func missing(_ reference: ConfigReference) -> String {
        "version \(reference.version) of config \(reference.configID) is not in this node's desired state"
    }
}
