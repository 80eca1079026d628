import ClusterCore
import Model
import TestKit

/// Holds updates, lets them go on and takes them back at random, in some runs, among them those of a deployment that
/// has a replica on each node of a zone.
///
/// Its chance is its own, so that all other runs are as they would be without it.
final class RolloutOperator {
    /// One run of so many has it.
    static let share: UInt64 = 5
    private static let name = "everywhere"

    /// Whether a deployment is left to one of these.
    static func owns(_ name: String) -> Bool { name.utf8.elementsEqual(Self.name.utf8) }

    private let world: World
    private let controlPlane: ControlPlaneModel
    private var random: SeededRandom
    private var request = 0

    init(_ world: World, _ controlPlane: ControlPlaneModel) {
        self.world = world
        self.controlPlane = controlPlane
        random = SeededRandom(seed: world.seed &* 131)
    }

    /// Goes on as long as the world is chaotic.
    func start() {
        guard world.seed.isMultiple(of: Self.share) else { return }
        world.after(between(300, 1200)) { [self] in
            guard world.isChaotic else { return }
            act()
            start()
        }
    }

    /// Nothing stays held.
    func calm() {
        for row in controlPlane.core?.deploymentRows() ?? [] where row.rollout.isPaused { resume(row) }
    }

    private func act() {
        guard let core = controlPlane.core else { return }
        request += 1
        guard let id = core.deploymentID(named: Self.name) else { return declare() }
        if random.chance(20), let row = core.deploymentRow(id) { return update(row) }
        let rows = core.deploymentRows().filter { !Absence.owns($0.spec.name) }
        steer(rows[Int.random(in: rows.indices, using: &random)], core)
    }

    private func declare() {
        var spec = DeploymentSpec(
            name: Self.name, container: ContainerSpec(image: Image.good[0]),
            constraints: Constraints(labels: ["zone": "a"]), mode: .perNode)
        spec.strategy = RolloutStrategy(
            maxUnavailable: Int(between(1, 2)), maxSurge: random.chance(30) ? 1 : 0,
            healthyAfterSecs: Int(between(0, 1)), gateSecs: 4, deadlineSecs: 15,
            autoRollback: random.chance(50))
        if random.chance(50) {
            spec.container.volumes = [VolumeMount(hostPath: "/data", containerPath: "/data")]
        }
        send(.createDeployment(CreateDeployment(spec: spec, requestID: requestID)))
    }

    private func update(_ row: DeploymentRow) {
        var spec = row.spec
        let images = Image.good + [Image.partly]
        spec.container.image = images[Int.random(in: images.indices, using: &random)]
        send(.patchDeployment(PatchDeployment(id: row.id, spec: spec, requestID: requestID)))
    }

    private func steer(_ row: DeploymentRow, _ core: Cluster) {
        guard !row.rollout.isPaused else { return resume(row) }
        switch row.rollout.phase {
        case .progressing where random.chance(60), .complete where random.chance(10):
            send(.pauseDeployment(PauseDeployment(id: row.id, requestID: requestID)))
        case .failed where random.chance(50): resume(row)
        case .progressing where random.chance(50), .complete where random.chance(20), .failed:
            rollBack(row, core)
        case .progressing, .complete: break
        }
    }

    private func resume(_ row: DeploymentRow) {
        send(.resumeDeployment(ResumeDeployment(id: row.id, requestID: requestID)))
    }

    /// To what worked last, or to any generation that is kept.
    private func rollBack(_ row: DeploymentRow, _ core: Cluster) {
        let kept = core.revisions(of: row.id).map(\.generation)
        let wanted = random.chance(50) ? nil : kept[Int.random(in: kept.indices, using: &random)]
        send(.rollBackDeployment(RollBackDeployment(id: row.id, generation: wanted, requestID: requestID)))
    }

    private func send(_ command: Command) {
        world.note("operator: \(command)")
        controlPlane.apply(command) { _ in }
    }

    private func between(_ low: Int64, _ high: Int64) -> Int64 {
        Int64.random(in: low...high, using: &random)
    }

    private var requestID: String { "\(Self.name)-\(request)" }
}
