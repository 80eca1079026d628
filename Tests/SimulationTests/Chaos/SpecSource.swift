import Model

/// Declarations at random: mostly sensible, some that fit nowhere, some that cannot work.
struct SpecSource {
    private let world: World

    init(_ world: World) { self.world = world }

    func spec(named name: String) -> DeploymentSpec {
        var spec = DeploymentSpec(name: name, container: container(), replicas: replicas(), ports: ports())
        spec.strategy = strategy()
        spec.disconnect = disconnect()
        if world.chance(5) { spec.desiredState = .stopped }
        if world.chance(35) { spec.constraints = constraints() }
        if world.chance(40) {
            spec.placement = PlacementHints(
                spread: world.chance(50), maxPerNode: world.chance(60) ? 1 : nil)
        }
        return spec
    }

    /// Another declaration of the same deployment.
    func changed(_ old: DeploymentSpec) -> DeploymentSpec {
        var spec = old
        switch world.between(0, 9) {
        case 0...2: spec.container.image = image()
        case 3...4 where world.chance(30): spec.container.resources = resources()
        case 3...4: spec.container.env = ["V": "\(world.between(0, 9))"]
        case 5...6: spec.replicas = replicas()
        case 7: spec.ports = ports()
        case 8: spec.desiredState = world.chance(30) ? .stopped : .running
        default:
            if world.chance(50) { spec.disconnect = disconnect() }
            spec.constraints = world.chance(50) ? constraints() : nil
        }
        return spec
    }

    /// What is wished for when a node is lost: moved at once or after a while, and which of the two stays then.
    func disconnect() -> DisconnectPolicy? {
        guard world.chance(60) else { return nil }
        return DisconnectPolicy(
            lostAfterSecs: world.chance(50) ? Int(world.between(0, 18)) : nil,
            onReconnect: world.chance(60) ? .keep : .preferNew)
    }

    /// Short times, so that every update comes to an end within a run.
    private func strategy() -> RolloutStrategy {
        RolloutStrategy(
            kind: world.chance(10) ? .recreate : .rolling, order: world.pick(RolloutStrategy.Order.allCases),
            maxUnavailable: Int(world.between(1, 2)), maxSurge: Int(world.between(0, 1)),
            healthyAfterSecs: Int(world.between(0, 2)), gateSecs: 4, deadlineSecs: 15,
            autoRollback: world.chance(70))
    }

    private func replicas() -> Int {
        switch world.between(0, 99) {
        case 0..<1: -1
        case 1..<4: 25
        default: Int(world.between(0, 5))
        }
    }

    private func container() -> ContainerSpec {
        let restart = RestartSpec(backoffSecs: 1, backoffMaxSecs: 4, resetAfterSecs: 10)
        let policies: [PullSpec.Policy] = [.missing, .missing, .missing, .missing, .missing, .always]
        var container = ContainerSpec(
            image: image(), env: ["V": "0"],
            resources: resources(),
            restart: world.chance(50) ? restart : nil,
            pull: PullSpec(policy: world.chance(3) ? .never : world.pick(policies)))
        container.health = health()
        // What writes to its node waits for it, unless it says otherwise.
        if world.chance(10) { container.volumes = [VolumeMount(hostPath: "/data", containerPath: "/data")] }
        return container
    }

    private func resources() -> Resources? {
        guard world.chance(60) else { return nil }
        return Resources(
            cpuMillis: world.chance(80) ? 100 * world.between(1, 9) : nil,
            memoryBytes: world.chance(60) ? world.between(1, 8) << 27 : nil)
    }

    /// Probes that now and then fail, seldom often enough in a row to fail.
    private func health() -> HealthSpec? {
        guard world.chance(30) else { return nil }
        func probe() -> ProbeSpec? {
            world.chance(50) ? nil : ProbeSpec(.tcp(port: 80), intervalSeconds: Int(world.between(1, 3)))
        }
        let spec = HealthSpec(liveness: probe(), readiness: probe(), startup: probe())
        return spec == HealthSpec() ? nil : spec
    }

    private func image() -> String {
        switch world.between(0, 99) {
        case 0..<5: Image.exits
        case 5..<8: Image.missing
        case 8..<10: Image.invalid
        case 10..<16: Image.flaky
        case 16..<24: Image.partly
        default: world.pick(Image.good)
        }
    }

    private func ports() -> [PortMapping] {
        switch world.between(0, 9) {
        case 0...3: [PortMapping(containerPort: 80, hostPort: UInt16(world.between(8000, 8004)))]
        case 4...6: [PortMapping(containerPort: 80, expose: true)]
        default: []
        }
    }

    private func constraints() -> Constraints {
        switch world.between(0, 9) {
        case 0...1: Constraints(arch: "arm64")
        case 2: Constraints(os: "windows")
        case 3: Constraints(labels: ["disk": "ssd"])
        case 4: Constraints(capacity: Capacity(cpuMillis: 1500))
        default: Constraints(labels: ["zone": world.pick(["a", "a", "b", "c"])])
        }
    }
}
