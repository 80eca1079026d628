import AgentTestKit
import DockerEngine
import EventLoop
import Model
import TestKit
import Testing

/// Replicas of three deployments that run on a node, five if not said otherwise, and one in the middle of a pull.
@LoopActor
final class Fleet {
    let node: NodeFixture
    /// Those that run.
    let replicas: [DesiredReplica]
    /// The one whose image does not come.
    let pulling: DesiredReplica
    private let pull: HungPull
    private var before: [String: Timestamp?] = [:]

    /// Runs a test with a fleet; whatever befell it, at its end the pull comes through and all of them run.
    static func run(
        count: UInt64 = 5, ownDaemon: Bool = false, liveRestore: Bool = false, diskMebibytes: Int? = nil,
        _ settings: [String: String] = [:], time: any TimeSource = SystemTimeSource(),
        _ test: @LoopActor (Fleet) async throws -> Void
    ) async throws {
        try await NodeFixture.run(
            ownDaemon: ownDaemon, liveRestore: liveRestore, diskMebibytes: diskMebibytes
        ) { node in
            let image = try await node.docker.image(.one)
            guard let pull = try await HungPull.of(try await node.docker.image(.two), on: node.docker) else {
                return
            }
            defer { pull.end() }
            let fleet = Fleet(node, image, pull, count: count)
            node.controlPlane.publish(fleet.all)
            try node.start(settings, time: time)
            for replica in fleet.replicas {
                try await node.reported(replica, .running, milliseconds: 60_000)
            }
            try await node.reported(fleet.pulling, .pending) {
                $0.message?.contains("is being made ready") == true
            }
            fleet.before = try await fleet.starts()
            try await test(fleet)
            try fleet.thaw()
            try await node.reported(fleet.pulling, .running, milliseconds: 90_000)
            for replica in fleet.replicas { try await node.reported(replica, .running) }
        }
    }

    private init(_ node: NodeFixture, _ image: String, _ pull: HungPull, count: UInt64) {
        self.node = node
        self.pull = pull
        replicas = (1...count).map { Fleet.replica($0, image) }
        pulling = Fleet.replica(count + 1, pull.image)
    }

    /// What the node is told to run.
    var all: [DesiredReplica] { replicas + [pulling] }

    /// Lets the pull come through.
    func thaw() throws { try pull.thaw() }

    private static func replica(_ number: UInt64, _ image: String) -> DesiredReplica {
        var replica = Replicas.one(number, image: image, graceSecs: 1)
        replica.deploymentID = DeploymentID(UUIDValue(high: 3, low: number % 3))
        replica.strategy = RolloutStrategy(healthyAfterSecs: 1, gateSecs: 5)
        if number.isMultiple(of: 2) {
            replica.container.health = HealthSpec(liveness: ProbeSpec(.tcp(port: 80), intervalSeconds: 1))
        }
        return replica
    }

    private func starts() async throws -> [String: Timestamp?] {
        var starts: [String: Timestamp?] = [:]
        for container in try await node.containers() {
            let state = try await node.client.inspectContainer(container.id).state
            starts[container.id] = state.status == .running ? state.startedAt : nil
        }
        return starts
    }

    /// Checks that every container of before, apart from those a test meddled with, still runs since then.
    func isUntouched(
        except meddled: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let now = try await starts()
        for (id, start) in before where !meddled.contains(id) {
            #expect(now[id] == start, "\(id.prefix(12)) was touched", sourceLocation: sourceLocation)
        }
    }

    /// Ends the program of a replica's container and waits until it runs again, by Docker's word alone.
    @discardableResult
    func crash(_ replica: DesiredReplica, awaitsReturn: Bool = true) async throws -> String {
        let id = try await container(of: replica)
        let count = try await node.client.inspectContainer(id).state.startedAt
        try await node.docker.call("POST", "/containers/\(id)/kill")
        guard awaitsReturn else { return id }
        try await eventually("\(replica.name) runs again", milliseconds: 30_000) {
            let state = try await node.client.inspectContainer(id).state
            return state.status == .running && state.startedAt != count
        }
        return id
    }

    /// The container of a replica.
    func container(of replica: DesiredReplica) async throws -> String {
        let label = "fledx.assignment_id=\(replica.assignmentID)"
        return try #require(try await node.client.listContainers(labels: [label]).first?.id)
    }

    /// Waits until the node reports a condition.
    func condition(_ type: String) async throws {
        try await eventually("the condition \(type)") {
            node.controlPlane.last?.conditions.contains { $0.type == type } == true
        }
    }

    /// Waits until the node complains of nothing.
    func well() async throws {
        try await eventually("no condition is left", milliseconds: 30_000) {
            node.controlPlane.last?.conditions.isEmpty == true
        }
    }
}
