import AgentTestKit
import EventLoop
import Logging
import Model
import NodeCore
import Synchronization
import Telemetry
import TestKit

@testable import Agent

/// One life of an agent in this process: a temporary folder, a scripted control plane, containers in memory.
@LoopActor
final class AgentRun {
    let folder: TemporaryFolder
    let runtime: FakeRuntime
    let lines = LogLines()
    private(set) var agent: AgentService
    private var task: Task<Void, any Error>?

    nonisolated static let nodeID = NodeID(UUIDValue(high: 1, low: 1))
    nonisolated static let token = "tok-secret-of-the-node"

    init(
        _ controlPlane: ScriptedControlPlane, folder: TemporaryFolder? = nil,
        containers: [ContainerID: ObservedContainer] = [:], registers: Bool = false,
        _ change: (inout [String: String]) -> Void = { _ in }
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        var environment = [
            "FLEDX_AGENT_CONTROL_PLANE_URL": controlPlane.url,
            "FLEDX_AGENT_DATA_DIR": folder.path("agent"),
            "FLEDX_AGENT_METRICS_PORT": "0", "FLEDX_AGENT_RESTART_BACKOFF_MS": "100",
            "FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MS": "50", "FLEDX_AGENT_HEARTBEAT_BACKOFF_MS": "50",
        ]
        if registers {
            environment["FLEDX_AGENT_REGISTRATION_TOKEN"] = "reg-secret"
        } else {
            environment["FLEDX_AGENT_NODE_ID"] = Self.nodeID.description
            environment["FLEDX_AGENT_NODE_TOKEN"] = Self.token
        }
        change(&environment)
        let runtime = FakeRuntime(
            memories: MemoryStore(folder: folder.path("agent")), keeping: containers)
        self.runtime = runtime
        agent = AgentService(try AgentConfiguration(environment), log: lines.logger)
        agent.makeRuntime = { _, _ in runtime }
    }

    var desiredPath: String { folder.path("agent/desired.json") }

    /// Starts the agent; the test must stop it.
    func start() {
        let agent = agent
        task = Task { try await agent.run() }
    }

    /// Ends the agent as SIGTERM does; the error it ended with, unless it was the cancellation.
    @discardableResult
    func stop() async -> (any Error)? {
        task?.cancel()
        return await outcome()
    }

    /// Waits for the agent to end by itself.
    func outcome() async -> (any Error)? {
        do {
            try await task?.value
            return nil
        } catch is CancellationError {
            return nil
        } catch { return error }
    }

    /// As `run`, with settings of `FLEDX_AGENT_HEARTBEAT_…`.
    static func run(
        settings: [String: String], _ test: @LoopActor (ScriptedControlPlane, AgentRun) async throws -> Void
    ) async throws {
        let change = { (environment: inout [String: String]) in
            for (key, value) in settings { environment["FLEDX_AGENT_HEARTBEAT_\(key)"] = value }
        }
        try await run(change, test)
    }

    /// Runs a test with an agent on a scripted control plane and ends both.
    static func run(
        registers: Bool = false, _ change: (inout [String: String]) -> Void = { _ in },
        _ test: @LoopActor (ScriptedControlPlane, AgentRun) async throws -> Void
    ) async throws {
        let controlPlane = try ScriptedControlPlane()
        let run = try AgentRun(controlPlane, registers: registers, change)
        do { try await test(controlPlane, run) } catch {
            await run.stop()
            await controlPlane.stop()
            throw error
        }
        await run.stop()
        await controlPlane.stop()
    }
}

/// Everything an agent logs.
final class LogLines: Sendable {
    private let text = Mutex("")

    var all: String { text.withLock { $0 } }

    /// How long a loop said last that it waits before it does something again.
    func pause(_ words: String) -> Int64? { pauses(words).last }

    /// How long a loop said that it waits, each time.
    func pauses(_ words: String) -> [Int64] {
        all.split(separator: "\n").filter { $0.contains(words) && $0.contains("milliseconds=") }.compactMap {
            $0.split(separator: "milliseconds=").last.flatMap { Int64($0.prefix(while: \.isNumber)) }
        }
    }

    var logger: Logger {
        LogOutput(
            filter: LogFilter(default: .trace), format: .text,
            sink: { bytes in self.text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
            now: { Timestamp(milliseconds: 0) }
        ).logger("fledx::agent")
    }
}
