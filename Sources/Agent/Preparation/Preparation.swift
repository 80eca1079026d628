internal import DockerEngine
internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore

/// Everything of this node that containers get: looked up and checked before anything of them is begun.
@LoopActor
final class Preparation {
    /// What a container gets beyond its declaration.
    struct Provision: Sendable {
        var mounts: [ContainerMount] = []
        var environment: [String: String] = [:]
        /// Labels that say which files the container has.
        var labels: [String: String] = [:]
        /// Whether files were written for it.
        var hasFiles: Bool { !labels.isEmpty }
    }

    /// What the applied desired state holds for containers.
    var supplies = Supplies()

    private let volumes: VolumeRules
    private let secrets: SecretSource
    private let run: RunFolder
    private let files: SecretFiles
    private let configs: ConfigFiles
    private let log: Logger
    /// Why files could not be removed last time; said once.
    private var lastFault: String?
    /// Names of containers whose files are there before Docker knows of them.
    private var beginning: Set<String> = []
    /// Names of containers whose files are being written for a start, or below them.
    private var writing: Set<String> = []

    init(
        volumes: VolumeRules, secrets: SecretSource, runFolder: String, configFolder: String, nodeID: NodeID,
        log: Logger
    ) {
        self.log = log
        self.volumes = volumes
        self.secrets = secrets
        run = RunFolder(folder: "\(runFolder)/\(nodeID)/files")
        files = SecretFiles(run: run, source: secrets)
        configs = ConfigFiles(run: run, localFolder: configFolder)
    }

    /// Makes a container with what it needs; its files go again when that fails.
    func create(
        _ plan: ContainerPlan, user: String, _ make: @LoopActor (Provision) async throws -> ContainerID
    ) async throws -> ContainerID {
        beginning.insert(plan.name)
        defer { beginning.remove(plan.name) }
        let provision = try await provide(plan, user: user)
        do { return try await make(provision) } catch {
            if provision.hasFiles { await forget(plan.name) }
            throw error
        }
    }

    private func provide(_ plan: ContainerPlan, user: String) async throws -> Provision {
        let replica = plan.replica
        let spec = replica.container
        let needsNothing =
            spec.volumes.isEmpty && spec.secretEnv.isEmpty && spec.secretFiles.isEmpty
            && replica.configs.isEmpty
        guard !needsNothing else { return Provision() }
        let (volumes, secrets, files, configs, supplies) = (volumes, secrets, files, configs, supplies)
        return try await BlockingPool.run {
            var provision = Provision()
            var faults: [String] = []
            do throws(PreparationFailure) {
                provision.mounts = try volumes.mounts(spec.volumes)
            } catch { faults += error.reasons }
            let hidden = supplies.secretVariables(of: replica, secrets, &faults)
            provision.environment = hidden.merging(secrets.environment(spec.secretEnv, &faults)) { $1 }
            let user = spec.user ?? user
            let secret = try files.prepare(spec.secretFiles, container: plan.name, user: user, &faults)
            let config = try configs.prepare(
                replica, supplies, container: plan.name, user: user, &faults)
            guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
            provision.mounts += secret.mounts + config.mounts
            if !secret.label.isEmpty { provision.labels[SecretFiles.label] = secret.label }
            if !config.label.isEmpty { provision.labels[ConfigFiles.label] = config.label }
            return provision
        }
    }

    /// Before a start: the volumes are still what they were, and the secret files are there, as they are now.
    ///
    /// - Returns: Whether its files are what they shall be, and not some that it had before.
    func renew(_ container: ContainerDetails) async throws -> Bool {
        let secretFiles = container.labels[SecretFiles.label]
        let configFiles = container.labels[ConfigFiles.label]
        let assignment = wishedBy(container)
        let sources = container.bindSources.filter { [run] in !PathRules.lies($0, below: run.folder) }
        guard secretFiles != nil || configFiles != nil || !sources.isEmpty else { return true }
        let (volumes, files, configs, supplies) = (volumes, files, configs, supplies)
        let (name, user) = (container.name, container.user)
        return try await alone(with: name) {
            try await BlockingPool.run {
                try volumes.recheck(sources)
                if let secretFiles { try files.refresh(label: secretFiles, container: name, user: user) }
                guard let configFiles else { return true }
                return try configs.refresh(
                    label: configFiles, supplies, container: name, of: assignment, user: user)
            }
        }
    }

    /// A container runs: its live files get the contents of now, and it is sent the signals that they name; one that is
    /// not what its replica is to run as goes on with what it has.
    func reload(
        _ container: ContainerDetails, _ send: @LoopActor (ConfigReload.Signal) async throws -> Void
    ) async throws {
        guard let label = container.labels[ConfigFiles.label], let assignment = wishedBy(container) else {
            return
        }
        let name = container.name
        let (configs, supplies, run) = (configs, supplies, run)
        try await alone(with: name) {
            let done = try await BlockingPool.run {
                try configs.rewrite(label: label, supplies, container: name, of: assignment)
            }
            for (count, signal) in done.signals.enumerated() {
                try await send(signal)
                let left = Array(done.signals.dropFirst(count + 1))
                try await BlockingPool.run { try run.setDueSignals(name, left) }
            }
            told(done, name)
        }
    }

    /// What was given up when Docker went away may still be at a container's files.
    private func alone<Value: Sendable>(
        with name: String, _ write: @LoopActor () async throws -> Value
    ) async throws -> Value {
        guard writing.insert(name).inserted else {
            throw PreparationFailure(reasons: ["the files are being written by an earlier try"])
        }
        defer { writing.remove(name) }
        return try await write()
    }

    private func told(_ done: ConfigFiles.Rewrite, _ name: String) {
        guard done != ConfigFiles.Rewrite() else { return }
        let files = done.paths.isEmpty ? "no file" : done.paths.joined(separator: ", ")
        let signals =
            done.signals.isEmpty ? "no signal" : done.signals.map(\.rawValue).joined(separator: ", ")
        log.info("configs of container \(name): wrote \(files) anew, sent \(signals)")
    }

    /// The replica that a container belongs to, if it is what that one is to run as.
    private func wishedBy(_ container: ContainerDetails) -> AssignmentID? {
        guard let assignment = container.labels[ContainerLabel.assignmentID].flatMap({ AssignmentID($0) }),
            let specHash = container.labels[ContainerLabel.specHash],
            supplies.isWished(assignment, specHash: specHash)
        else { return nil }
        return assignment
    }

    /// A container is gone; files that cannot be removed are no reason to keep it, but are told.
    func forget(_ name: String) async {
        let run = run
        await removing("the files of container \(name)") { try run.remove(container: name) }
    }

    /// The containers there are; what an earlier life left behind for others is removed.
    func found(_ names: [String]) async {
        let kept = beginning.union(names)
        let run = run
        await removing("files that an earlier life left behind") { try run.keepOnly(kept) }
    }

    /// Removes secrets from memory; the next list of containers tries again.
    private func removing(_ what: String, _ remove: @escaping @Sendable () throws -> Void) async {
        do {
            try await BlockingPool.run(remove)
        } catch is CancellationError {
            return
        } catch {
            let words = "\(what) cannot be removed from \(run.folder): \(ErrorReport.render(error))"
            if words != lastFault { log.warning("\(words)") }
            lastFault = words
        }
    }
}
