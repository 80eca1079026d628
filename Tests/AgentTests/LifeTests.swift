import AgentTestKit
import EventLoop
import HTTPClient
import HTTPServer
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

@Suite(.onLoop) struct LifeTests {
    @Test @LoopActor func dockerAwayAtTheStartIsReportedAndHeals() async throws {
        try await AgentRun.run { controlPlane, run in
            run.runtime.isUp = false
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("the condition") {
                controlPlane.last?.conditions.contains { $0.type == "docker_down" } == true
            }
            #expect(controlPlane.last?.nodeStatus == .error)
            #expect(run.agent.readiness.joined().contains("connection refused"))
            run.runtime.isUp = true
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(controlPlane.last?.conditions.isEmpty == true)
            #expect(run.agent.readiness.isEmpty)
        }
    }

    /// After a minute without Docker its pauses are long; a boot does not wait for one of them.
    @Test @LoopActor func dockerThatIsSeenToComeIsAskedAtOnce() async throws {
        let folder = try TemporaryFolder()
        let pauses = { (environment: inout [String: String]) in
            environment["FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MS"] = "60000"
            environment["FLEDX_AGENT_DOCKER_RECONNECT_BACKOFF_MAX_MS"] = "60000"
        }
        try await AgentRun.run(pauses) { controlPlane, run in
            run.runtime.isUp = false
            run.runtime.entrancePath = folder.path("docker.sock")
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it was asked") { run.runtime.probes == 1 }
            run.runtime.isUp = true
            try FileIO.writeDurably(folder.path("docker.sock"), [])
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(run.runtime.probes == 2)
        }
    }

    @Test @LoopActor func dockerAwayDuringWorkLeavesHealthyContainersAlone() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            run.runtime.goAway()
            try await eventually("unknown") { controlPlane.state(Replicas.one())?.state == .unknown }
            run.runtime.isUp = true
            try await eventually("running") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(run.runtime.log == ["pull app:1", "create app:1", "start c1"])
        }
    }

    @Test @LoopActor func anActionThatFindsDockerGoneStartsTheSearchForIt() async throws {
        try await AgentRun.run { controlPlane, run in
            run.start()
            try await eventually("a list") { run.runtime.lists >= 1 }
            run.runtime.failures = ["pull": ActionFailure(.dockerUnreachable, "connection reset")]
            let probes = run.runtime.probes
            controlPlane.publish([Replicas.one()])
            try await eventually("a new probe") { run.runtime.probes > probes }
            run.runtime.failures = [:]
            try await eventually("it runs") { run.runtime.running.count == 1 }
        }
    }

    @Test @LoopActor func aBrokenEventStreamMissesNothing() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { run.runtime.running.count == 1 }
            run.runtime.endStreams()
            run.runtime.crash(ContainerID("c1"))
            try await eventually("it runs again") {
                run.runtime.log.filter { $0 == "start c1" }.count == 2
            }
        }
    }

    @Test @LoopActor func aPortTakenByOthersIsNamedAndHeals() async throws {
        try await AgentRun.run { controlPlane, run in
            run.runtime.failures = ["start": ActionFailure(.portTaken, "host port 8080 is taken: in use")]
            controlPlane.publish([Replicas.one(hostPort: 8080)])
            run.start()
            try await eventually("the reason") {
                let message = controlPlane.state(Replicas.one())?.message ?? ""
                return message.contains("host port 8080 is taken") && message.contains("free the port")
            }
            run.runtime.failures = [:]
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
        }
    }

    @Test @LoopActor func theEndIsReportedAndTouchesNoContainer() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            #expect(await run.stop() == nil)
            #expect(controlPlane.last?.conditions.map(\.type) == ["leaving"])
            #expect(run.runtime.running.count == 1)
        }
    }

    @Test @LoopActor func aNodeThatCleansUpTakesItsContainersAlong() async throws {
        try await AgentRun.run({ $0["FLEDX_AGENT_CLEANUP_ON_SHUTDOWN"] = "true" }) { controlPlane, run in
            controlPlane.publish([Replicas.one(1), Replicas.one(2)])
            run.start()
            try await eventually("both run") { run.runtime.running.count == 2 }
            #expect(await run.stop() == nil)
            #expect(run.runtime.containers.isEmpty)
            #expect(controlPlane.last?.conditions.first?.message.contains("stopped and removed") == true)
        }
    }

    /// Neither the last report nor an action that does not end takes of the time that is the containers'.
    @Test @LoopActor func aCleanUpIsNotCutShortByWhatComesBeforeIt() async throws {
        let settings = { (environment: inout [String: String]) in
            environment["FLEDX_AGENT_CLEANUP_ON_SHUTDOWN"] = "true"
            environment["FLEDX_AGENT_SHUTDOWN_DEADLINE_SECS"] = "1"
        }
        try await AgentRun.run(settings) { controlPlane, run in
            controlPlane.publish([Replicas.one(graceSecs: 0)])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            run.runtime.deaf = ["pull"]
            controlPlane.publish([Replicas.one(graceSecs: 0), Replicas.one(2, image: "deaf:1", graceSecs: 0)])
            try await eventually("a pull that hears nothing") { run.runtime.isDeafTo("pull deaf:1") }
            controlPlane.intercept = { request in
                request.method == .post ? .deferred(DeferredResponse()) : nil
            }
            await run.stop()
            #expect(run.runtime.containers.isEmpty)
            #expect(run.runtime.graces == [ContainerID("c1"): 0])
            run.runtime.deaf = []
        }
    }

    @Test @LoopActor func theEndNeverWaitsLongerThanItsDeadline() async throws {
        try await AgentRun.run({ $0["FLEDX_AGENT_SHUTDOWN_DEADLINE_SECS"] = "1" }) { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            controlPlane.intercept = { request in
                request.method == .post ? .deferred(DeferredResponse()) : nil
            }
            let started = EventLoop.now
            await run.stop()
            #expect(
                EventLoop.now.milliseconds(since: started) < 5000, "the farewell or the server held it up")
            #expect(run.runtime.running.count == 1)
        }
    }

    @Test @LoopActor func theMemoryIsWrittenOnTheWayOut() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { run.runtime.running.count == 1 }
            run.runtime.crash(ContainerID("c1"))
            try await eventually("restarted") { controlPlane.state(Replicas.one())?.restartCount == 1 }
            await run.stop()
            let (memory, _) = try MemoryStore(folder: run.folder.path("agent")).load()
            #expect(memory.replicas.first?.restartCount == 1)
        }
    }

    @Test @LoopActor func healthIsServed() async throws {
        let probe = try Listener.tcp(host: "127.0.0.1", port: 0)
        let port = probe.port
        probe.close()
        await probe.closed()
        let http = HTTPClient()
        defer { http.close() }
        func get(_ path: String) async throws -> (Int, String) {
            let answer = try await http.request(HTTPClientRequest(.get, "http://127.0.0.1:\(port)\(path)"))
            return (answer.head.status.code, String(decoding: answer.body, as: UTF8.self))
        }
        try await AgentRun.run({ $0["FLEDX_AGENT_METRICS_PORT"] = "\(port)" }) { controlPlane, run in
            run.runtime.isUp = false
            run.start()
            try await eventually("served") { run.agent.healthPort == port }
            #expect(try await get("/healthz").0 == 200)
            try await eventually("docker's reason") {
                let (code, text) = try await get("/readyz")
                return code == 503 && text.contains("Docker cannot be reached")
            }
            run.runtime.isUp = true
            try await eventually("ready") { try await get("/readyz").0 == 200 }
            controlPlane.publish([Replicas.one()])
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let metrics = try await get("/metrics").1
            #expect(metrics.contains("node_agent_docker_up 1\n"))
            #expect(metrics.contains("node_agent_managed_replicas 1\n"))
            #expect(metrics.contains("node_agent_actions_total{kind=\"start\",result=\"success\"} 1\n"))
            #expect(metrics.contains("node_agent_heartbeat_total{result=\"success\"}"))
            #expect(try await get("/else").0 == 404)
        }
    }

    @Test @LoopActor func anAgentWhoseHealthPortIsTakenStillRunsItsContainers() async throws {
        let holder = try Listener.tcp(host: "127.0.0.1", port: 0)
        defer { holder.close() }
        try await AgentRun.run({ $0["FLEDX_AGENT_METRICS_PORT"] = "\(holder.port)" }) { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let condition = controlPlane.last?.conditions.first { $0.type == "health_endpoint" }
            #expect(condition?.message.contains("FLEDX_AGENT_METRICS_PORT") == true)
        }
    }
}
