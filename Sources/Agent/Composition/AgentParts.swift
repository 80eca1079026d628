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
    private let images: ImageLoop
    private let status: LinkStatus
    private let runtime: any ContainerRuntime
    private let log: Logger
    /// Whether the end of the agent is the end of its containers.
    private let cleansUp: Bool
    private let time: any TimeSource
    /// Docker has connections and limits of its own: a busy engine never holds up the control plane's calls.
    private let dockerHTTP = HTTPClient(receiveBufferBytes: HTTPClientLimits.smallReceiveBufferBytes)
    private let probeHTTP = HTTPClient(receiveBufferBytes: HTTPClientLimits.smallReceiveBufferBytes)

    init(
        configuration: AgentConfiguration, identity: NodeIdentity, link: ControlPlaneLink, status: LinkStatus,
        metrics: AgentMetrics, time: any TimeSource, ids: inout any IDSource, log: Logger,
        makeRuntime: AgentService.RuntimeFactory?, refusedDocumentMilliseconds: Int64
    ) throws {
        self.status = status
        self.time = time
        let documents = DocumentStore(
            folder: configuration.dataFolder, nodeID: identity.nodeID, token: identity.token)
        let memories = MemoryStore(folder: configuration.dataFolder)
        if let words = try documents.setForeignAside() { log.info("\(words)") }
        let (memory, memoryRemark) = try memories.load()
        let loaded = try documents.load()
        for remark in [memoryRemark, loaded.remark] { if let remark { log.error("\(remark)") } }
        if let remark = loaded.remark { status.raise("state_damaged", remark) }

        let client = DockerClient(endpoint: configuration.docker, http: dockerHTTP)
        let runtime: any ContainerRuntime =
            makeRuntime?(identity.nodeID, memories)
            ?? DockerRuntime(
                client: client,
                nodeID: identity.nodeID,
                preparation: Preparation(
                    volumes: configuration.volumes, secrets: configuration.secrets,
                    runFolder: configuration.runFolder, configFolder: configuration.configFolder,
                    nodeID: identity.nodeID, log: log),
                logins: RegistryLogins(
                    file: configuration.registryAuthFile.map { RegistryAuthFile(path: $0) }),
                probes: ProbeRunner(docker: client, http: probeHTTP),
                saveMemory: { try memories.save($0) })
        self.runtime = runtime
        self.log = log
        cleansUp = configuration.cleansUp
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
        images = ImageLoop(
            runtime: runtime, driver: driver,
            pauseMilliseconds: configuration.imageIntervalSecs * 1000, log: log)
        docker = DockerLoop(
            runtime: runtime, driver: driver, ids: ids, log: log,
            backoffMilliseconds: configuration.dockerBackoffMilliseconds,
            backoffMaxMilliseconds: configuration.dockerBackoffMaxMilliseconds)
        sync = SyncLoop(
            identity: identity, link: link, driver: driver, store: documents, status: status, ids: ids,
            metrics: metrics, log: log, lacksSecrets: loaded.hasClosedSecrets,
            refusedDocumentMilliseconds: refusedDocumentMilliseconds)
        let boot: BootID = ids.nextIdentifier()
        tunnel = TunnelLoop(
            configuration, identity, boot, link, driver, status, dockerHTTP, metrics.tunnel, ids, log)
        heartbeat = HeartbeatLoop(
            configuration: configuration, identity: identity, bootID: boot, link: link,
            driver: driver, sampler: sampler,
            status: status, time: time, ids: ids, metrics: metrics, log: log)
        tunnel.tell(
            SelfView(
                driver: driver, readiness: { [weak self] in self?.readiness ?? [] },
                metrics: { metrics.render() }))
        if configuration.findsAddress {
            link.onLocalAddress = { [driver] in
                if let address = AdvertisedAddress.towards($0) { driver.addressFound(address) }
            }
        }
        log.info("agent of node \(identity.nodeID); docker at \(configuration.docker)")
        // Orders come from the disk first: everything is started before anybody is asked.
        if let document = loaded.document { driver.documentAccepted(document.expanded) }
    }

    /// Runs all loops; ends when one fails or the task is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.docker.run() }
            group.addTask { try await self.sync.run() }
            group.addTask { try await self.heartbeat.run() }
            group.addTask { try await self.sampler.run() }
            group.addTask { try await self.tunnel.run() }
            group.addTask { try await self.images.run() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// How long the way out may take beyond what every agent needs.
    var cleanUpMilliseconds: Int64 { cleansUp ? CleanUp.milliseconds(driver) : 0 }

    /// The last report, then nothing more is done; containers stay unless this node says otherwise.
    func stop() async {
        if cleansUp {
            // The containers' graces are what there is time for: nothing of it goes to the report.
            async let told: Void = farewell()
            await driver.stop(withinMilliseconds: AgentLimits.hurriedActionEndMilliseconds)
            await CleanUp.run(runtime, driver, log)
            await told
        } else {
            await farewell()
            await driver.stop()
        }
        dockerHTTP.close()
        probeHTTP.close()
    }

    private func farewell() async {
        guard status.hasReached, status.linkFault == nil else { return }
        await heartbeat.farewell(containersStay: !cleansUp)
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
