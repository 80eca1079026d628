internal import DockerEngine
internal import EventLoop
internal import Model
internal import NodeCore

/// Everything of this node that containers get: looked up and checked before anything of them is begun.
@LoopActor
final class Preparation {
    /// What a container gets beyond its declaration.
    struct Provision: Sendable {
        var mounts: [ContainerMount] = []
        var environment: [String: String] = [:]
        var secretFiles = ""
    }

    private let volumes: VolumeRules
    private let secrets: SecretSource
    private let files: SecretFiles
    /// Names of containers whose files are there before Docker knows of them.
    private var beginning: Set<String> = []

    init(volumes: VolumeRules, secrets: SecretSource, runFolder: String, nodeID: NodeID) {
        self.volumes = volumes
        self.secrets = secrets
        files = SecretFiles(folder: "\(runFolder)/\(nodeID)/secrets", source: secrets)
    }

    /// Makes a container with what it needs; its files go again when that fails.
    func create(
        _ plan: ContainerPlan, user: String, _ make: @LoopActor (Provision) async throws -> ContainerID
    ) async throws -> ContainerID {
        beginning.insert(plan.name)
        defer { beginning.remove(plan.name) }
        let provision = try await provide(plan, user: user)
        do { return try await make(provision) } catch {
            if !provision.secretFiles.isEmpty { await forget(plan.name) }
            throw error
        }
    }

    private func provide(_ plan: ContainerPlan, user: String) async throws -> Provision {
        let spec = plan.replica.container
        guard !spec.volumes.isEmpty || !spec.secretEnv.isEmpty || !spec.secretFiles.isEmpty else {
            return Provision()
        }
        let (volumes, secrets, files) = (volumes, secrets, files)
        return try await BlockingPool.run {
            var provision = Provision()
            var faults: [String] = []
            do throws(PreparationFailure) {
                provision.mounts = try volumes.mounts(spec.volumes)
            } catch { faults += error.reasons }
            provision.environment = secrets.environment(spec.secretEnv, &faults)
            let prepared = try files.prepare(
                spec.secretFiles, container: plan.name, user: spec.user ?? user, &faults)
            guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
            provision.mounts += prepared.mounts
            provision.secretFiles = prepared.label
            return provision
        }
    }

    /// Before a start: the volumes are still what they were, and the secret files are there, as they are now.
    func renew(_ container: ContainerDetails) async throws {
        let label = container.labels[SecretFiles.label] ?? ""
        let sources = container.bindSources.filter { [files] in !PathRules.lies($0, below: files.folder) }
        guard !label.isEmpty || !sources.isEmpty else { return }
        let (volumes, files) = (volumes, files)
        try await BlockingPool.run {
            try volumes.recheck(sources)
            guard !label.isEmpty else { return }
            try files.refresh(label: label, container: container.name, user: container.user)
        }
    }

    /// A container is gone; files that cannot be removed are no reason to keep it.
    func forget(_ name: String) async {
        let files = files
        try? await BlockingPool.run { try files.remove(container: name) }
    }

    /// The containers there are; what an earlier life left behind for others is removed.
    func found(_ names: [String]) async {
        let kept = beginning.union(names)
        let files = files
        try? await BlockingPool.run { try files.keepOnly(kept) }
    }
}
