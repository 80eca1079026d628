internal import DockerEngine
internal import EventLoop
internal import HTTPClient
internal import Logging
internal import Model
internal import NodeCore

/// Everything of an agent that needs to know who it is.
@LoopActor
final class AgentParts {
    private let driver: NodeDriver
    private let docker: DockerLoop
    private let sync: SyncLoop
    private let heartbeat: HeartbeatLoop
    private let sampler: SamplerLoop
    private let tunnel: TunnelLoop
    private let status: LinkStatus
    private let time: any TimeSource
    /// Docker has connections and limits of its own: a busy engine never holds up the control plane's calls.
    private let dockerHTTP = HTTPClient()
    private let probeHTTP = HTTPClient()

    init(
        configuration: AgentConfiguration, identity: NodeIdentity, link: ControlPlaneLink, status: LinkStatus,
        metrics: AgentMetrics, time: any TimeSource, ids: inout any IDSource, log: Logger,
        makeRuntime: AgentService.RuntimeFactory?
    ) throws {
        self.status = status
        self.time = time
        let documents = DocumentStore(folder: configuration.dataFolder, nodeID: identity.nodeID)
        let memories = MemoryStore(folder: configuration.dataFolder)
        if let words = try documents.setForeignAside() { log.info("\(words)") }
        let (memory, memoryRemark) = try memories.load()
        let (document, documentRemark) = try documents.load()
        for remark in [memoryRemark, documentRemark] { if let remark { log.error("\(remark)") } }
        if let documentRemark { status.raise("state_damaged", documentRemark) }

        let client = DockerClient(endpoint: configuration.docker, http: dockerHTTP)
        let runtime =
            makeRuntime?(identity.nodeID, memories)
            ?? DockerRuntime(
                client: client,
                nodeID: identity.nodeID,
                preparation: Preparation(
                    volumes: configuration.volumes, secrets: configuration.secrets,
                    runFolder: configuration.runFolder, nodeID: identity.nodeID),
                probes: ProbeRunner(docker: client, http: probeHTTP),
                saveMemory: { try memories.save($0) })
        driver = NodeDriver(
            machine: NodeMachine(
                nodeID: identity.nodeID, settings: configuration.nodeSettings, memory: memory,
                nameSeed: ids.nextRandom()),
            runtime: runtime, time: time, hash: SpecHash(nodeID: identity.nodeID),
            metrics: metrics, log: log)
        metrics.watch(driver, startedAt: time.now(), time)
        sampler = SamplerLoop(
            settings: configuration.samples, concurrency: configuration.sampleConcurrency, runtime: runtime,
            driver: driver, time: time, metrics: metrics, log: log)
        docker = DockerLoop(
            runtime: runtime, driver: driver, ids: ids, log: log,
            backoffMilliseconds: configuration.dockerBackoffMilliseconds,
            backoffMaxMilliseconds: configuration.dockerBackoffMaxMilliseconds)
        sync = SyncLoop(
            identity: identity, link: link, driver: driver, store: documents, status: status, ids: ids,
            metrics: metrics, log: log)
        let boot: BootID = ids.nextIdentifier()
        tunnel = TunnelLoop(configuration, identity, boot, link, driver, dockerHTTP, metrics.tunnel, ids, log)
        heartbeat = HeartbeatLoop(
            configuration: configuration, identity: identity, bootID: boot, link: link,
            driver: driver, sampler: sampler,
            status: status, time: time, ids: ids, metrics: metrics, log: log)
        log.info("agent of node \(identity.nodeID); docker at \(configuration.docker)")
        // Orders come from the disk first: everything is started before anybody is asked.
        if let document { driver.documentAccepted(document) }
    }

    /// Runs all loops; ends when one fails or the task is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.docker.run() }
            group.addTask { try await self.sync.run() }
            group.addTask { try await self.heartbeat.run() }
            group.addTask { try await self.sampler.run() }
            group.addTask { try await self.tunnel.run() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The last report, then nothing more is done; containers stay.
    func stop() async {
        if status.hasReached, status.linkFault == nil { await heartbeat.farewell() }
        await driver.stop()
        dockerHTTP.close()
        probeHTTP.close()
    }

    var appliedRevision: UInt64? { driver.appliedDocument?.revision }

    /// Why this agent is not ready; empty when it is.
    var readiness: [String] {
        var faults: [String] = []
        if !driver.isDockerReachable { faults += driver.conditions.map(\.message) }
        if let fault = status.linkFault { faults.append(fault) }
        return faults + status.all.map(\.message)
    }
}
