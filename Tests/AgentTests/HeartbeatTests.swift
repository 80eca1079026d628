import AgentTestKit
import EventLoop
import HTTPServer
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

@Suite(.onLoop) struct HeartbeatTests {
    @Test @LoopActor func theFirstReportKnowsDockerAndSaysWhatTheNodeIs() async throws {
        try await AgentRun.run({ $0["FLEDX_AGENT_LABELS"] = "zone=a" }) { controlPlane, run in
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            let first = controlPlane.reports[0]
            #expect(first.nodeStatus == .ready)
            #expect(first.conditions.isEmpty, "a start is no outage")
            #expect(first.isFull)
            #expect(first.inventory?.labels == ["zone": "a"])
            #expect(first.sequence == 1)
            #expect(first.bootID != nil)
        }
    }

    @Test @LoopActor func newsAreReportedLongBeforeTheInterval() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one(restart: RestartSpec(policy: .always, backoffSecs: 60))])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            run.runtime.crash(ContainerID("c1"), code: 3)
            try await eventually("the crash", milliseconds: 2000) {
                controlPlane.state(Replicas.one())?.message?.contains("exited with code 3") == true
            }
            #expect(controlPlane.state(Replicas.one())?.message?.contains("next try in") == true)
        }
    }

    @Test @LoopActor func theWholeIsToldAtOnceWhenItIsWanted() async throws {
        try await AgentRun.run { controlPlane, run in
            // It stays down, so that a report of it cannot come too late to say so.
            controlPlane.publish([Replicas.one(restart: RestartSpec(policy: .always, backoffSecs: 60))])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            // Nothing is to be told any more until something happens.
            let told = controlPlane.reports.count
            controlPlane.wantsFull = true
            run.runtime.crash(ContainerID("c1"), code: 3)
            try await eventually("the crash") { controlPlane.state(Replicas.one())?.state != .running }
            try await eventually("it is told once more, long before the interval", milliseconds: 10_000) {
                controlPlane.reports.count >= told + 2 && controlPlane.last?.isFull == true
            }
        }
    }

    @Test @LoopActor func reportsComeAtTheIntervalTheControlPlaneAsksFor() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.intervalSecs = 1
            run.start()
            try await eventually("three reports") { controlPlane.reports.count >= 3 }
            #expect(controlPlane.reports.map(\.sequence) == Array(1...UInt64(controlPlane.reports.count)))
        }
    }

    @Test @LoopActor func anIdleNodeReportsNothingBetweenIntervals() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let settled = controlPlane.reports.count
            let saves = run.runtime.saves
            // What a machine at rest does: it looks, and finds what it knows.
            for look in 1...4 {
                let lists = run.runtime.lists
                run.runtime.endStreams()
                try await eventually("look \(look)") { run.runtime.lists > lists }
            }
            #expect(controlPlane.reports.count <= settled + 1)
            #expect(run.runtime.saves <= saves + 1)
            #expect(controlPlane.polls.count <= 3)
        }
    }

    @Test @LoopActor func aNodeIsHeardAgainAsSoonAsItsControlPlaneAnswers() async throws {
        try await AgentRun.run { controlPlane, run in
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            await controlPlane.stop()
            try await eventually("not ready") { !run.agent.readiness.isEmpty }
            #expect(run.agent.readiness.joined().contains("cannot be reached"))
            let before = controlPlane.reports.count
            try controlPlane.start()
            try await eventually("a report", milliseconds: 5000) { controlPlane.reports.count > before }
            #expect(run.agent.readiness.isEmpty)
            #expect(run.lines.all.contains("the control plane answers again"))
        }
    }

    @Test @LoopActor func aLostReportIsTriedAgainAsOftenAndAsSoonAsTheSettingsSay() async throws {
        let settings = ["MAX_RETRIES": "2", "BACKOFF_MS": "100", "INTERVAL_SECS": "600"]
        try await AgentRun.run(settings: settings) { controlPlane, run in
            controlPlane.intercept = { _ in HTTPReply.now(HTTPResponse(.internalServerError)) }
            run.start()
            try await eventually("three tries") { run.lines.pauses("reporting again").count == 3 }
            let pauses = run.lines.pauses("reporting again")
            #expect((90...100).contains(pauses[0]), "\(pauses)")
            #expect((180...200).contains(pauses[1]), "\(pauses)")
            #expect((540_000...600_000).contains(pauses[2]), "the next one is regular: \(pauses)")
        }
    }

    @Test @LoopActor func untilAControlPlaneSaysOtherwiseTheNodesOwnIntervalCounts() async throws {
        try await AgentRun.run(settings: ["MAX_RETRIES": "0", "INTERVAL_SECS": "1"]) { controlPlane, run in
            controlPlane.intercept = { _ in HTTPReply.now(HTTPResponse(.internalServerError)) }
            run.start()
            try await eventually("three tries") { run.lines.pauses("reporting again").count >= 3 }
            #expect(run.lines.pauses("reporting again").allSatisfy { (900...1000).contains($0) })
            controlPlane.intercept = nil
            controlPlane.intervalSecs = 600
            try await eventually("a report is taken") { controlPlane.last != nil }
            // What fails from now on is tried again at the interval that it was told.
            controlPlane.takesReports = false
            controlPlane.publish([Replicas.one()])
            try await eventually("a report is lost") {
                run.lines.pauses("reporting again").last.map { $0 >= 540_000 } == true
            }
        }
    }

    @Test @LoopActor func aReportThatNobodyAnswersIsGivenUpInTime() async throws {
        try await AgentRun.run(settings: ["TIMEOUT_SECS": "1"]) { controlPlane, run in
            controlPlane.intercept = { request in
                request.method == .post ? HTTPReply.deferred(DeferredResponse()) : nil
            }
            run.start()
            // Sooner than after the five seconds of whoever sets nothing.
            try await eventually("it is given up", milliseconds: 4500) {
                !run.lines.pauses("reporting again").isEmpty
            }
            let words = run.lines.all.split(separator: "\n").first { $0.contains("reporting again until") }
            #expect(words?.contains("deadline passed") == true, "\(words ?? "")")
        }
    }

    @Test @LoopActor func aReportRefusedForItsSizeIsMadeSmaller() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish((1...60).map { Replicas.one($0) })
            controlPlane.intercept = { request in
                guard request.method == .post, request.body.count > 9000 else { return nil }
                throw HTTPRejection(.contentTooLarge, "too_large", "too large")
            }
            run.start()
            try await eventually("all are reported") {
                let said = controlPlane.reports.flatMap(\.containers).filter { $0.state == .running }
                return Set(said.compactMap(\.assignmentID)).count == 60
            }
            #expect(controlPlane.largestReport <= 9000)
        }
    }

    @Test func reportsOfAnySizeFitAndLoseNoReplica() throws {
        let reason = String(repeating: "why ", count: 200)
        for count in [0, 1, 40, 150, 1000] {
            let containers = (0..<count).map { number in
                InstanceReport(
                    assignmentID: AssignmentID(UUIDValue(high: 2, low: UInt64(number))),
                    deploymentID: DeploymentID(UUIDValue(high: 3, low: 1)), replicaNumber: number,
                    generation: 1,
                    containerID: String(repeating: "f", count: 64), state: .pending, message: reason,
                    lastUpdated: Timestamp(milliseconds: 1_800_000_000_000))
            }
            let report = NodeReport(sequence: 5, nodeStatus: .ready, containers: containers)
            let bodies = ReportWriter.bodies(report, limitBytes: 65_536)
            let read = try bodies.map { try NodeReportCodec.decode($0) }
            #expect(bodies.allSatisfy { $0.count <= 65_536 })
            #expect(read.flatMap(\.containers).map(\.assignmentID) == containers.map(\.assignmentID))
            #expect(read.map(\.sequence) == (0..<UInt64(read.count)).map { 5 + $0 })
            #expect(read.allSatisfy { $0.isFull })
            let parts = read.map { $0.part.map { [$0.number, $0.count] } ?? [1, 1] }
            #expect(parts == (1...read.count).map { [$0, read.count] })
            #expect(count > 150 || bodies.count == 1, "\(count) replicas need \(bodies.count) reports")
        }
    }

    @Test @LoopActor func whatThisAgentKnowsHowToDoIsAnnounced() async throws {
        try await AgentRun.run { controlPlane, run in
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            #expect(controlPlane.last?.capabilities == AgentAbilities.announced)
        }
    }

    /// An agent that was restarted while Docker is away does not know what it has: nothing is missing from its word.
    @Test @LoopActor func reportsAreFullFromTheFirstListOn() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one()])
            run.runtime.goAway()
            run.start()
            try await eventually("a report of it") { controlPlane.state(Replicas.one()) != nil }
            #expect(controlPlane.reports.allSatisfy { !$0.isFull })
            #expect(controlPlane.state(Replicas.one())?.state == .unknown)
            run.runtime.isUp = true
            try await eventually("a full report") { controlPlane.last?.isFull == true }
        }
    }

    /// What a report said that came too late is said again.
    @Test @LoopActor func aRemovalIsSaidUntilAReportWithItWasTaken() async throws {
        try await AgentRun.run { controlPlane, run in
            controlPlane.intervalSecs = 1
            controlPlane.publish([Replicas.one()])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            controlPlane.takesReportsAsStale = true
            controlPlane.publish([], emptied: true)
            try await eventually("the removal") { controlPlane.state(Replicas.one())?.state == .removed }
            let said = controlPlane.reports.count
            try await eventually("more reports") { controlPlane.reports.count > said + 1 }
            #expect(controlPlane.state(Replicas.one())?.state == .removed)
            controlPlane.takesReportsAsStale = false
            try await eventually("it is forgotten") { controlPlane.state(Replicas.one()) == nil }
        }
    }

    @Test @LoopActor func portsOfOthersAreReportedAndOursAreNot() async throws {
        let foreign = try Listener.tcp(host: "127.0.0.1", port: 0)
        let ours = try Listener.tcp(host: "127.0.0.1", port: 0)
        defer {
            foreign.close()
            ours.close()
        }
        let port = ours.port
        try await AgentRun.run { controlPlane, run in
            controlPlane.publish([Replicas.one(hostPort: port)])
            run.start()
            try await eventually("it runs") { controlPlane.state(Replicas.one())?.state == .running }
            let ports = controlPlane.last?.foreignPorts ?? []
            #expect(ports.contains(foreign.port))
            #expect(ports.contains(controlPlane.port))
            #expect(!ports.contains(port))
        }
    }

    @Test func theKernelsTablesAreReadForListenersOnly() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
               1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
               2: 0100007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0
               3: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 0
               garbage
               4: nocolon 0 0A x
            """
        let ports = SocketTable.ports(in: Array(table.utf8)) { Array($0) == Array("0A".utf8) }
        #expect(ports == [8080, 22, 443])
    }
}
