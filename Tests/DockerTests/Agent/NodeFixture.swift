import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import HTTPClient
import Logging
import Model
import NodeCore
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Agent

/// A node: an agent in this process on a private daemon, told what to do by a scripted control plane.
@LoopActor
final class NodeFixture {
    let docker: PrivateDocker
    let controlPlane: ScriptedControlPlane
    let http = HTTPClient()
    let client: DockerClient
    let nodeID: NodeID
    let folder: TemporaryFolder
    private let lines = Mutex("")
    private(set) var agent: AgentService?
    private var task: Task<Void, any Error>?
    private static var nodes: UInt64 = 0

    init(_ docker: PrivateDocker) throws {
        self.docker = docker
        controlPlane = try ScriptedControlPlane()
        client = DockerClient(endpoint: DockerEndpoint(socketPath: docker.socketPath), http: http)
        Self.nodes += 1
        nodeID = NodeID(UUIDValue(high: 77, low: Self.nodes))
        folder = try TemporaryFolder()
    }

    /// Runs a test with a node on the process's daemon, or one of its own; nothing of it is left.
    static func run(
        ownDaemon: Bool = false, liveRestore: Bool = false, diskMebibytes: Int? = nil,
        _ test: @LoopActor (NodeFixture) async throws -> Void
    ) async throws {
        guard let shared = try await PrivateDocker.shared() else { return }
        let docker =
            ownDaemon
            ? try await PrivateDocker.start(liveRestore: liveRestore, diskMebibytes: diskMebibytes) : shared
        defer { if ownDaemon { docker.end() } }
        try await run(on: docker, test)
    }

    /// Runs a test with a node on a daemon; nothing of the node is left.
    static func run(
        on docker: PrivateDocker, _ test: @LoopActor (NodeFixture) async throws -> Void
    ) async throws {
        let node = try NodeFixture(docker)
        do { try await test(node) } catch {
            StandardIO.write(node.log.suffix(6000).description, to: .error)
            await node.end()
            throw error
        }
        await node.end()
    }

    var log: String { lines.withLock { $0 } }

    /// Starts the agent; a former life must have ended.
    func start(_ change: [String: String] = [:], time: any TimeSource = SystemTimeSource()) throws {
        var environment = [
            "FLEDX_AGENT_CONTROL_PLANE_URL": controlPlane.url, "FLEDX_AGENT_DATA_DIR": folder.path("agent"),
            "FLEDX_AGENT_NODE_ID": nodeID.description, "FLEDX_AGENT_NODE_TOKEN": "token",
            "FLEDX_AGENT_DOCKER_HOST": docker.host, "FLEDX_AGENT_METRICS_PORT": "0",
            "FLEDX_AGENT_RUN_DIR": runFolder, "FLEDX_AGENT_RESTART_BACKOFF_MS": "200",
            "FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MS": "100",
        ]
        environment.merge(change) { _, new in new }
        let output = LogOutput(
            filter: LogFilter(default: .info), format: .text,
            sink: { bytes in self.lines.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
            now: { SystemTimeSource().now().wall })
        let agent = AgentService(
            try AgentConfiguration(environment), time: time, log: output.logger("fledx::agent"))
        // What is refused is asked for again each half minute otherwise.
        agent.refusedDocumentMilliseconds = 1000
        self.agent = agent
        task = Task { try await agent.run() }
    }

    /// Ends the agent; containers go on.
    func stop() async {
        task?.cancel()
        _ = await task?.result
        task = nil
    }

    /// Waits until a replica is reported so, and returns the report.
    @discardableResult
    func reported(
        _ replica: DesiredReplica, _ state: InstanceState, milliseconds: Int64 = 30_000,
        where holds: (InstanceReport) -> Bool = { _ in true }
    ) async throws -> InstanceReport {
        try await eventually("\(replica.name) is \(state)", milliseconds: milliseconds) {
            controlPlane.state(replica).map { $0.state == state && holds($0) } ?? false
        }
        return try #require(controlPlane.state(replica))
    }

    /// This node's containers.
    func containers() async throws -> [ContainerSummary] {
        try await client.listContainers(labels: ["\(ContainerLabel.nodeID)=\(nodeID)"])
    }

    /// What a published port answers now; nil while nothing does.
    func page(_ port: UInt16) async -> String? {
        guard let answer = try? await http.request(HTTPClientRequest(.get, "http://127.0.0.1:\(port)/"))
        else { return nil }
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// In memory, as secret files need it.
    private var runFolder: String { "/dev/shm/fledx-\(SystemInfo.processID)-\(nodeID)" }

    /// What a reboot does to it.
    func forgetRunFolder() { try? FileManager.default.removeItem(atPath: runFolder) }

    /// The containers that have secret files.
    var secretFolders: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(runFolder)/\(nodeID)/files")) ?? []
    }

    /// Where the files of a container lie.
    func filesFolder(_ container: String) -> String { "\(runFolder)/\(nodeID)/files/\(container)" }

    private func end() async {
        defer { forgetRunFolder() }
        await stop()
        for container in (try? await containers()) ?? [] {
            try? await client.removeContainer(container.id, force: true, volumes: true)
        }
        await controlPlane.stop()
        http.close()
    }
}
