import AgentTestKit
import EventLoop
import Foundation
import JSON
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

@Suite(.onLoop) struct SamplerTests {
    @Test @LoopActor func whatRunsIsMeasuredAndToldOnce() async throws {
        try await AgentRun.run({ $0["FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS"] = "1" }) {
            controlPlane, run in
            controlPlane.intervalSecs = 1
            controlPlane.publish([Replicas.one(1), Replicas.one(2)])
            run.start()
            try await eventually("samples of both", milliseconds: 10_000) {
                Set(controlPlane.samples.map(\.replica)).count == 2 && controlPlane.samples.count >= 6
            }
            let times = controlPlane.samples.map { "\($0.replica) \($0.sample.collectedAt)" }
            #expect(Set(times).count == times.count, "each sample is told once")
            let sample = controlPlane.samples[0].sample
            #expect(sample.cpuPercent == 50 && sample.networkReceivedBytes == 100)
            #expect(controlPlane.reports.allSatisfy { $0.samples.isEmpty || $0.samples.countersAreDeltas })
        }
    }

    @Test @LoopActor func aNodeWithoutReplicasMeasuresNothing() async throws {
        try await AgentRun.run({ $0["FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS"] = "1" }) {
            controlPlane, run in
            controlPlane.intervalSecs = 1
            run.start()
            try await eventually("three reports", milliseconds: 8000) { controlPlane.reports.count >= 3 }
            #expect(run.runtime.readings.isEmpty)
        }
    }

    @Test @LoopActor func noSamplesAreTakenWhenNoneMayBeTold() async throws {
        try await AgentRun.run({
            $0["FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS"] = "1"
            $0["FLEDX_AGENT_HEARTBEAT_MAX_METRICS"] = "0"
        }) { controlPlane, run in
            controlPlane.intervalSecs = 1
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let before = controlPlane.reports.count
            try await eventually("two reports", milliseconds: 8000) {
                controlPlane.reports.count >= before + 2
            }
            #expect(run.runtime.readings.isEmpty)
        }
    }

    @Test @LoopActor func everySettingOfMeasuringReachesTheMachine() throws {
        let configuration = try AgentConfiguration([
            "FLEDX_AGENT_DATA_DIR": "/x", "FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS": "5",
            "FLEDX_AGENT_RESOURCE_SAMPLE_WINDOW": "7", "FLEDX_AGENT_RESOURCE_SAMPLE_MAX_CONCURRENCY": "3",
            "FLEDX_AGENT_RESOURCE_SAMPLE_BACKOFF_MS": "200",
            "FLEDX_AGENT_RESOURCE_SAMPLE_BACKOFF_MAX_MS": "100", "FLEDX_AGENT_HEARTBEAT_MAX_METRICS": "9",
        ])
        #expect(
            configuration.samples
                == SampleSettings(
                    intervalMilliseconds: 5_000, window: 7, backoffMilliseconds: 200,
                    backoffMaxMilliseconds: 200, samplesPerReport: 9))
        #expect(configuration.sampleConcurrency == 3)
    }

    /// A report of so many replicas, each with so many samples.
    static func report(replicas: Int, samples: Int) -> NodeReport {
        var report = NodeReport(
            bootID: BootID(UUIDValue(high: 1, low: 1)), sequence: 10,
            inventory: Inventory(arch: "x86_64", os: "linux", labels: ["zone": "west"]),
            containers: (0..<replicas).map { number in
                InstanceReport(
                    assignmentID: AssignmentID(UUIDValue(high: 5, low: UInt64(number))),
                    deploymentID: DeploymentID(UUIDValue(high: 6, low: UInt64(number))), replicaNumber: 0,
                    generation: 3, containerID: String(repeating: "ab", count: 32), state: .running,
                    message: String(repeating: "why ", count: 60), lastUpdated: Timestamp(milliseconds: 1),
                    endpoints: ["192.0.2.1:8080"])
            })
        report.samples.countersAreDeltas = true
        for container in report.containers {
            report.samples.byReplica[container.replicaKey] = (0..<samples).map { index in
                ResourceSample(
                    collectedAt: Timestamp(milliseconds: 1_795_429_230_456 + Int64(index)),
                    cpuPercent: 123.45, memoryBytes: 123_456_789, networkReceivedBytes: 1_234_567,
                    networkSentBytes: 7_654_321, blockReadBytes: 1 << 30, blockWrittenBytes: 1 << 31)
            }
        }
        return report
    }

    @Test(arguments: [(1, 1), (100, 1), (300, 1), (300, 4), (31, 16)] as [(Int, Int)], [65_536, 4_096])
    func noBodyIsLargerThanAllowedAndNothingIsLost(_ size: (Int, Int), _ limit: Int) throws {
        let report = Self.report(replicas: size.0, samples: size.1)
        let bodies = ReportWriter.bodies(report, limitBytes: limit)
        #expect(bodies.allSatisfy { $0.count <= limit }, "\(bodies.map(\.count))")
        var told: [ReplicaKey: [ResourceSample]] = [:]
        var containers: Set<ReplicaKey> = []
        for (index, body) in bodies.enumerated() {
            let read = try NodeReportCodec.decode(body)
            #expect(read.sequence == report.sequence + UInt64(index))
            #expect(read.samples.isEmpty || read.samples.countersAreDeltas)
            #expect(read.inventory == report.inventory && read.conditions == report.conditions)
            containers.formUnion(read.containers.map(\.replicaKey))
            told.merge(read.samples.byReplica) { $0 + $1 }
        }
        #expect(told == report.samples.byReplica)
        #expect(containers == Set(report.containers.map(\.replicaKey)))
    }

    @Test func samplesAloneNeverMakeAFullReportPartial() throws {
        let report = Self.report(replicas: 100, samples: 4)
        let bodies = ReportWriter.bodies(report, limitBytes: 65_536)
        let first = try NodeReportCodec.decode(bodies[0])
        #expect(first.isFull && first.containers.count == 100 && first.samples.isEmpty)
        #expect(try bodies.dropFirst().allSatisfy { try !NodeReportCodec.decode($0).isFull })
    }

    @Test @LoopActor func promtoolHasNothingToSay() async throws {
        guard let promtool = PrivateDocker.path(of: "promtool") else {
            return TestEnvironment.skip("promtool is missing: packaging/setup.sh test installs it")
        }
        try await AgentRun.run({ $0["FLEDX_AGENT_RESOURCE_SAMPLE_INTERVAL_SECS"] = "1" }) {
            controlPlane, run in
            controlPlane.intervalSecs = 1
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("a sample", milliseconds: 8000) { !controlPlane.samples.isEmpty }
            let text = run.agent.metricsText
            let file = run.folder.path("metrics.txt")
            try FileIO.writeDurably(file, Array(text.utf8))
            let result = try await BlockingPool.run {
                try Child.run("/bin/sh", ["-c", "exec \(promtool) check metrics <\(file)"])
            }
            #expect(result.code == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result)")
            for name in [
                "node_agent_build_info", "node_agent_heartbeat_total{result=\"success\"}",
                "node_agent_reconcile_total{result=\"success\"}",
                "node_agent_reconcile_duration_seconds_bucket",
                "node_agent_container_starts_total{kind=\"start\",result=\"success\"} 1",
                "node_agent_runtime_errors_total{kind=\"connection\"}",
                "node_agent_container_cpu_percent{container_id=\"c1\"} 50",
                "node_agent_container_network_rx_bytes_total{container_id=\"c1\"}",
                "node_agent_managed_deployments 1", "node_agent_docker_up 1",
                "node_agent_docker_request_duration_seconds_bucket{operation=\"stats\"",
                "process_cpu_seconds_total", "process_start_time_seconds", "process_open_fds",
            ] {
                #expect(text.contains("\n\(name)"), "\(name) is missing")
            }
            controlPlane.publish([], emptied: true)
            try await eventually("the series is gone", milliseconds: 8000) {
                !run.agent.metricsText.contains("container_id=\"c1\"")
            }
        }
    }
}

extension ScriptedControlPlane {
    /// Every sample that was reported, in order.
    fileprivate var samples: [(replica: ReplicaKey, sample: ResourceSample)] {
        reports.flatMap { report in
            report.samples.byReplica.sorted { $0.key < $1.key }.flatMap { replica, samples in
                samples.map { (replica, $0) }
            }
        }
    }
}
