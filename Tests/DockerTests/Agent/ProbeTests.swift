import AgentTestKit
import DockerEngine
import EventLoop
import Model
import TestKit
import Testing

/// Probes of real containers, over their own network and inside them.
@Suite(.onLoop) struct ProbeTests {
    private static func replica(_ image: String, _ health: HealthSpec, generation: UInt64 = 1)
        -> DesiredReplica
    {
        var replica = Replicas.one(image: image, generation: generation, graceSecs: 1)
        replica.container.health = health
        replica.strategy = RolloutStrategy(healthyAfterSecs: 1, gateSecs: 5)
        replica.container.isolation.tmpfs = [MemoryFolder(path: "/run")]
        return replica
    }

    private static func probe(_ check: ProbeSpec.Check, failures: Int = 2) -> ProbeSpec {
        ProbeSpec(check, intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: failures)
    }

    @Test @LoopActor func aPortThatIsNotPublishedIsAskedAndABrokenUpdateGoesBack() async throws {
        try await NodeFixture.run { node in
            let image = try await node.docker.image(.one)
            let good = HealthSpec(
                liveness: Self.probe(.tcp(port: 80)), readiness: Self.probe(.http(port: 80, path: "/")))
            let one = Self.replica(image, good)
            node.controlPlane.publish([one])
            try node.start()
            let report = try await node.reported(one, .running) { $0.health?.healthy == true }
            #expect(report.health?.liveness == .passing)
            #expect(node.controlPlane.last?.capabilities?.contains("health") == true)
            // The gate must have passed, so that there is a proven container to go back to.
            try await eventually("proven") {
                try FileIO.readIfPresent(node.folder.path("agent/runtime.json"), limitBytes: 1 << 20)
                    .map { String(decoding: $0, as: UTF8.self).contains("\"health\"") } ?? false
            }
            let bad = Self.replica(
                image, HealthSpec(readiness: Self.probe(.http(port: 80, path: "/missing"))), generation: 2)
            var broken = bad
            broken.restartNonce = 1
            node.controlPlane.publish([broken])
            let after = try await node.reported(broken, .running) { $0.rejectedGeneration == 2 }
            #expect(after.containerID == report.containerID)
            #expect(after.message?.contains("http 404") == true, "\(after.message ?? "")")
        }
    }

    @Test @LoopActor func aProgramThatDoesNotLiveIsStartedAnew() async throws {
        try await NodeFixture.run { node in
            let check = ProbeSpec.Check.exec(command: ["/bin/sh", "-c", "[ ! -e /run/dead ] || ! echo dead"])
            let replica = Self.replica(
                try await node.docker.image(.one), HealthSpec(liveness: Self.probe(check)))
            node.controlPlane.publish([replica])
            try node.start()
            let report = try await node.reported(replica, .running) { $0.health?.healthy == true }
            let id = try #require(report.containerID)
            _ = try await node.client.execute(
                ["/bin/sh", "-c", "echo >/run/dead"], in: id, milliseconds: 5000)
            try await eventually("the reason is told") {
                node.controlPlane.reports.contains {
                    $0.containers.contains {
                        $0.message?.contains("liveness probe failed 2 times in a row: exec exit 1: dead")
                            == true
                    }
                }
            }
            let again = try await node.reported(replica, .running) {
                $0.restartCount == 1 && $0.health?.healthy == true
            }
            #expect(again.containerID == id)
        }
    }

    @Test @LoopActor func aCommandThatHangsIsNotBegunASecondTime() async throws {
        try await NodeFixture.run { node in
            let check = ProbeSpec.Check.exec(command: ["/bin/sleep", "77"])
            let replica = Self.replica(
                try await node.docker.image(.one), HealthSpec(readiness: Self.probe(check)))
            node.controlPlane.publish([replica])
            try node.start()
            let report = try await node.reported(replica, .running) {
                $0.health?.reason?.contains("the command before still runs") == true
            }
            #expect(report.health?.readiness == .failing)
            let id = try #require(report.containerID)
            let processes = try await node.docker.call("GET", "/containers/\(id)/top?ps_args=-eo%20pid,args")
            #expect(
                processes.ranges(of: "/bin/sleep 77").count + processes.ranges(of: "sleep\",\"77").count == 1)
        }
    }

    @Test @LoopActor func aClosedPortIsTold() async throws {
        try await NodeFixture.run { node in
            let replica = Self.replica(
                try await node.docker.image(.one), HealthSpec(readiness: Self.probe(.tcp(port: 81))))
            node.controlPlane.publish([replica])
            try node.start()
            let report = try await node.reported(replica, .running) { $0.health?.readiness == .failing }
            #expect(report.message?.contains("tcp: ") == true, "\(report.message ?? "")")
            #expect(report.message?.contains("refused") == true, "\(report.message ?? "")")
        }
    }
}
