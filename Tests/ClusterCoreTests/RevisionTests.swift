import Model
import Testing

@testable import ClusterCore

@Suite struct RevisionTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)

    private func prepare(_ image: String = "web:1", replicas: Int = 2) throws -> (
        ClusterBench, [NodeID], DeploymentID
    ) {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let id = try bench.create(.sample(image: image, replicas: replicas)).id
        try bench.settle(nodes)
        return (bench, nodes, id)
    }

    @discardableResult
    private func rollBack(_ id: DeploymentID, _ generation: UInt64?, _ bench: inout ClusterBench) throws
        -> Reply
    {
        try bench.apply(.rollBackDeployment(.init(id: id, generation: generation, requestID: "r")))
    }

    @Test func namedRevisionIsRestoredExactly() throws {
        var (bench, nodes, id) = try prepare()
        let first = try #require(bench.cluster.deploymentRow(id)?.spec)
        for version in 2...4 {
            try bench.patch(id) {
                $0.container.image = "web:\(version)"
                $0.container.env = ["V": "\(version)"]
            }
            try bench.settle(nodes)
        }
        try rollBack(id, 1, &bench)
        try bench.settle(nodes)
        #expect(bench.cluster.deploymentRow(id)?.spec == first)
        #expect(bench.generations(id) == [5, 5])
        let views = bench.cluster.revisionViews(of: id)
        #expect(views.map(\.revision) == [5, 4, 3, 2, 1])
        #expect(views.first?.cause == "rolled_back")
        #expect(views.first?.restoredFrom == 1)
        #expect(views.map(\.current) == [true, false, false, false, false])
        #expect(views.first?.replicas == 2)
    }

    @Test func withoutANumberTheLastGoodOrThePreviousOneIsRestored() throws {
        var (bench, nodes, id) = try prepare()
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.settle(nodes)
        try rollBack(id, nil, &bench)
        #expect(bench.cluster.deploymentRow(id)?.spec.container.image == "web:1")
        try bench.settle(nodes)
        try bench.patch(id) { $0.strategy.autoRollback = false }
        bench.brokenImages = ["web:bad", "web:worse"]
        try bench.patch(id) { $0.container.image = "web:bad" }
        try bench.settle(nodes)
        try bench.patch(id) { $0.container.image = "web:worse" }
        try bench.settle(nodes)
        try rollBack(id, nil, &bench)
        #expect(bench.cluster.deploymentRow(id)?.spec.container.image == "web:1")
    }

    @Test(arguments: [
        (UInt64?.some(1), "what is declared now"), (7, "there is no revision 7"), (nil, "earlier"),
    ])
    func revisionsThatCannotBeRestoredAreRefused(_ generation: UInt64?, _ reason: String) throws {
        var (bench, _, id) = try prepare()
        let rejection = #expect(throws: Rejection.self) { try rollBack(id, generation, &bench) }
        #expect(rejection?.code == .invalid)
        #expect(rejection?.faults.first?.field == "revision")
        #expect(rejection?.message.utf8.count ?? 0 > 0 && rejection?.message.contains(reason) == true)
    }

    @Test func pausedUpdateTakesNoStepAndFailsNowhere() throws {
        var (bench, nodes, id) = try prepare()
        try bench.apply(.pauseDeployment(.init(id: id, requestID: "pause")))
        bench.brokenImages = ["web:2"]
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.settle(nodes)
        #expect(bench.generations(id) == [1, 1])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .paused)
        #expect(bench.cluster.deployment(id)?.conditions.map(\.type) == ["rollout_paused"])
        bench.brokenImages = []
        try bench.apply(.resumeDeployment(.init(id: id, requestID: "resume")))
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2, 2])
    }

    @Test func pausingAndResumingTwiceChangesNothing() throws {
        var (bench, _, id) = try prepare()
        for (command, changes) in [
            (Command.resumeDeployment(.init(id: id, requestID: "r")), false),
            (.pauseDeployment(.init(id: id, requestID: "p")), true),
            (.pauseDeployment(.init(id: id, requestID: "p")), false),
            (.resumeDeployment(.init(id: id, requestID: "r")), true),
        ] {
            guard case .deployment(let reply) = try bench.apply(command) else {
                throw BenchFailure.unexpectedReply
            }
            #expect(reply.hasChanged == changes)
            #expect(bench.changes.isEmpty == !changes)
        }
    }

    @Test func heldUpScalingAndMovesTakeTheLastGoodGeneration() throws {
        var (bench, nodes, id) = try prepare()
        try bench.patch(id) { $0.strategy.autoRollback = false }
        bench.brokenImages = ["web:bad"]
        try bench.patch(id) { $0.container.image = "web:bad" }
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2, 1])
        try bench.patch(id) { $0.replicas = 4 }
        #expect(bench.generations(id) == [2, 1, 1, 1])
        let lost = try #require(bench.places(id)[1])
        let left = nodes.filter { $0 != lost }
        try bench.live(left, milliseconds: 200_000)
        #expect(bench.generations(id) == [2, 1, 1, 1] || bench.generations(id) == [1, 1, 1, 1])
        #expect(bench.places(id)[1] != lost)
    }

    @Test func restartAfterGoingBackIsAnotherRun() throws {
        var (bench, nodes, id) = try prepare()
        let restart = Command.restartDeployment(.init(id: id, requestID: "restart"))
        try bench.apply(restart)
        try bench.settle(nodes)
        try rollBack(id, 1, &bench)
        try bench.settle(nodes)
        #expect(bench.cluster.deploymentRow(id)?.restartNonce == 0)
        try bench.apply(restart)
        #expect(bench.cluster.deploymentRow(id)?.restartNonce == 2)
    }

    @Test func laterReplicasGetTheDigestTheFirstOneFound() throws {
        var (bench, nodes, id) = try prepare("r.io:5000/team/web:1", replicas: 1)
        #expect(bench.cluster.deployment(id)?.rollout.pinned == false)
        bench.digests = ["r.io:5000/team/web:1": "evil/other@\(Self.digest)"]
        try bench.settle(nodes, rounds: 2)
        let pinned = "r.io:5000/team/web@\(Self.digest)"
        #expect(bench.cluster.deployment(id)?.rollout.pinnedImage == pinned)
        try bench.patch(id) { $0.replicas = 3 }
        let images = { (bench: ClusterBench) in
            bench.cluster.deployment(id)?.instances.compactMap { instance in
                bench.cluster.document(for: instance.nodeID)?.replicas
                    .first { $0.assignmentID == instance.assignmentID }?.container.image
            }
        }
        #expect(images(bench) == ["r.io:5000/team/web:1", pinned, pinned])
        try bench.settle(nodes)
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.cluster.deployment(id)?.rollout.pinned == false)
        try bench.settle(nodes)
        try rollBack(id, 1, &bench)
        try bench.settle(nodes)
        #expect(images(bench) == [pinned, pinned, pinned])
    }

    @Test func repullingRestartResolvesTheTagAgain() throws {
        var (bench, nodes, id) = try prepare(replicas: 1)
        bench.digests = ["web:1": "web@\(Self.digest)"]
        try bench.settle(nodes, rounds: 2)
        try bench.apply(.restartDeployment(.init(id: id, requestID: "r")))
        #expect(bench.cluster.deployment(id)?.rollout.pinned == true)
        try bench.settle(nodes)
        bench.digests = [:]
        try bench.apply(.restartDeployment(.init(id: id, repulls: true, requestID: "r")))
        let node = try #require(bench.places(id)[0])
        let container = try #require(bench.cluster.document(for: node)?.replicas.first?.container)
        #expect(container.image == "web:1")
        #expect(container.pull.policy == .always)
        #expect(bench.cluster.deployment(id)?.rollout.pinned == false)
    }

    @Test func goingBackRestartsNoReplicaThatNeverLeft() throws {
        var (bench, nodes, id) = try prepare()
        bench.digests = ["web:1": "web@\(Self.digest)"]
        try bench.settle(nodes, rounds: 2)
        #expect(bench.cluster.deployment(id)?.rollout.pinned == true)
        let told = { (bench: ClusterBench) in
            bench.cluster.document(for: bench.places(id)[1] ?? nodes[0])?.replicas.map(\.container)
        }
        let before = told(bench)
        bench.rejectedImages = ["web:bad"]
        try bench.patch(id) { $0.container.image = "web:bad" }
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .rolledBack)
        #expect(told(bench) == before)
        #expect(before?.map(\.image) == ["web:1"])
        try bench.patch(id) { $0.labels = ["a": "b"] }
        #expect(bench.generations(id) == [4, 4])
        #expect(bench.cluster.deployment(id)?.replicasReady == 2)
    }

    static let pins: [(String, String, String?)] = [
        ("web", "web@\(digest)", "web@\(digest)"),
        ("web:1", "x@\(digest)", "web@\(digest)"),
        ("r:5000/web", "r:5000/web@\(digest)", "r:5000/web@\(digest)"),
        ("r:5000/web:1.2", digest, nil),
        ("web:1", "web@sha256:ab", nil),
        ("web:1", "web@\(digest.uppercased())", nil),
        ("web@\(digest)", "web@\(digest)", nil),
    ]

    @Test(arguments: pins)
    func onlySoundDigestsPin(_ declared: String, _ reported: String, _ expected: String?) {
        #expect(ImagePin.reference(declared: declared, reported: reported) == expected)
    }

    @Test func changesThatLeaveTheContainerAloneGoEverywhereAtOnce() throws {
        var (bench, nodes, id) = try prepare()
        try bench.patch(id) { $0.labels = ["a": "b"] }
        #expect(bench.generations(id) == [2, 2])
        #expect(bench.cluster.deployment(id)?.replicasReady == 2)
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }
}
