import AgentTestKit
import DockerEngine
import EventLoop
import Model
import NodeCore
import TestKit
import Testing

/// Updates on a real daemon: what breaks goes back by itself, to the very same container.
@Suite(.onLoop) struct GateTests {
    private static let quick = RolloutStrategy(healthyAfterSecs: 2, gateSecs: 10)

    private static func replica(
        _ image: String, _ generation: UInt64, port: UInt16?, strategy: RolloutStrategy = quick
    ) -> DesiredReplica {
        var replica = Replicas.one(image: image, generation: generation, hostPort: port, graceSecs: 2)
        replica.strategy = strategy
        return replica
    }

    @Test @LoopActor func aBrokenUpdateGoesBackToTheSameContainerAndServesAgain() async throws {
        try await NodeFixture.run { node in
            let port = try await EngineFixture.freePort()
            let images = (
                try await node.docker.image(.one), try await node.docker.image(.two),
                try await node.docker.image(.bad)
            )
            let one = Self.replica(images.0, 1, port: port)
            node.controlPlane.publish([one])
            try node.start()
            try await node.reported(one, .running)
            try await eventually("version 1") { await node.page(port)?.contains("version 1") == true }

            let first = try #require(try await node.containers().first?.id)
            let steps = Steps(node, ["first": first])
            let watch = PageWatch(node, port)
            let two = Self.replica(images.1, 2, port: port)
            node.controlPlane.publish([two])
            try await watch.until("version 2") { $0.contains("version 2") }
            let switchGap = watch.longestGap
            try await eventually("the gate has passed") { try await node.containers().count == 1 }
            let good = try #require(try await node.reported(two, .running) { $0.message == nil }.containerID)
            // What makes the gap small: everything is there before the old one is stopped.
            #expect(try await steps.taken() == ["create new", "die first", "start new"])

            let way = Steps(node, ["second": good])
            watch.reset()
            let bad = Self.replica(images.2, 3, port: port)
            node.controlPlane.publish([bad])
            async let said = node.reported(bad, .running) { $0.rejectedGeneration == 3 }
            try await watch.until("the rollback") { _ in node.controlPlane.state(bad)?.rejectedGeneration == 3
            }
            let report = try await said
            #expect(report.containerID == good)
            #expect(report.generation == 2)
            #expect(report.message?.contains("exited with code 1") == true, "\(report.message ?? "")")
            try await watch.until("version 2 again") { $0.contains("version 2") }
            StandardIO.write(
                "measured: switch gap \(switchGap) ms, rollback gap \(watch.longestGap) ms\n", to: .error)
            try await eventually("only the kept one is left") {
                try await node.containers().map(\.id) == [good]
            }
            // Nothing is made on the way back.
            #expect(
                try await way.taken() == [
                    "create new", "die second", "start new", "die new", "start second",
                ])

            await node.stop()
            let reports = node.controlPlane.reports.count
            try node.start()
            try await eventually("a report of the new life") { node.controlPlane.reports.count > reports }
            try await node.reported(bad, .running)
            #expect(node.controlPlane.state(bad)?.rejectedGeneration == 3)
            #expect(try await node.containers().map(\.id) == [good])
        }
    }

    @Test @LoopActor func aRollbackNeedsNoControlPlane() async throws {
        try await NodeFixture.run { node in
            let port = try await EngineFixture.freePort()
            let one = Self.replica(try await node.docker.image(.one), 1, port: port)
            let bad = Self.replica(try await node.docker.image(.bad), 2, port: port)
            node.controlPlane.publish([one])
            try node.start()
            let good = try #require(try await node.reported(one, .running).containerID)
            // A program that was never given the time to prove itself is still a way back while it runs.
            node.controlPlane.publish([bad])
            try await eventually("the new one is tried") { try await node.containers().count == 2 }
            await node.controlPlane.stop()
            try await eventually("the kept one serves") {
                let containers = try await node.containers()
                return containers.map(\.id) == [good] && containers[0].status == .running
            }
            try node.controlPlane.start()
            try await node.reported(bad, .running, milliseconds: 60_000) { $0.rejectedGeneration == 2 }
        }
    }

    @Test @LoopActor func withoutASharedPortNothingIsEverDown() async throws {
        try await NodeFixture.run { node in
            let one = Self.replica(try await node.docker.image(.one), 1, port: nil)
            let bad = Self.replica(try await node.docker.image(.bad), 2, port: nil)
            node.controlPlane.publish([one])
            try node.start()
            let id = try #require(try await node.reported(one, .running).containerID)
            let before = try await node.client.inspectContainer(id).state
            node.controlPlane.publish([bad])
            try await node.reported(bad, .running) { $0.rejectedGeneration == 2 }
            let after = try await node.client.inspectContainer(id).state
            #expect(after.startedAt == before.startedAt)
            #expect(after.processID == before.processID)
        }
    }

    @Test @LoopActor func theDigestOfAPulledImageIsReportedAndPinningItTouchesNothing() async throws {
        try await NodeFixture.run { node in
            guard let registry = try await PrivateRegistry.shared() else { return }
            let local = try await node.docker.image(.one)
            let name = try await registry.push(local, from: node.docker, repository: "gate", tag: "1")
            let replica = Self.replica(name, 1, port: nil)
            node.controlPlane.publish([replica])
            try node.start()
            let report = try await node.reported(replica, .running) { $0.imageDigest != nil }
            let digest = try #require(report.imageDigest)
            #expect(digest.hasPrefix("\(registry.address)/gate@sha256:"), "\(digest)")
            var pinned = Self.replica(digest, 2, port: nil)
            pinned.container.pull = PullSpec(policy: .always)
            node.controlPlane.publish([pinned])
            let after = try await node.reported(pinned, .running) { $0.generation == 2 }
            #expect(after.containerID == report.containerID)
        }
    }
}

/// Asks a page again and again and remembers the longest time without an answer.
@LoopActor
private final class PageWatch {
    private let node: NodeFixture
    private let port: UInt16
    private var lastAnswer = EventLoop.now
    private(set) var longestGap: Int64 = 0

    init(_ node: NodeFixture, _ port: UInt16) {
        self.node = node
        self.port = port
    }

    func reset() {
        lastAnswer = EventLoop.now
        longestGap = 0
    }

    func until(_ what: String, _ holds: @LoopActor (String) -> Bool) async throws {
        try await eventually(what, milliseconds: 30_000) {
            guard let page = await node.page(port) else { return false }
            longestGap = max(longestGap, EventLoop.now.milliseconds(since: lastAnswer))
            lastAnswer = EventLoop.now
            return holds(page)
        }
    }
}

/// What the engine did with a node's containers, by its own events.
@LoopActor
private struct Steps {
    private let node: NodeFixture
    private let names: [String: String]
    private let since: Int64

    /// From now on; `ids` are those of the containers that have names, every other one is new.
    init(_ node: NodeFixture, _ ids: [String: String]) {
        self.node = node
        names = Dictionary(uniqueKeysWithValues: ids.map { ($1, $0) })
        since = Self.nanoseconds
    }

    /// In the order in which they were taken.
    func taken() async throws -> [String] {
        var filter = EventFilter()
        filter.types = ["container"]
        filter.actions = ["create", "start", "die"]
        filter.labels = ["\(ContainerLabel.nodeID)=\(node.nodeID)"]
        filter.sinceNanoseconds = since
        filter.untilNanoseconds = Self.nanoseconds
        let events = try await node.client.events(filter)
        defer { events.cancel() }
        var steps: [String] = []
        while let event = try await events.next() {
            steps.append("\(event.action) \(names[event.actor] ?? "new")")
        }
        return steps
    }

    private static var nanoseconds: Int64 { SystemTimeSource().now().wall.milliseconds * 1_000_000 }
}
