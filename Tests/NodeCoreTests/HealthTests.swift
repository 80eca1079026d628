import Model
import NodeCore
import Testing

/// Probes: ready is what passes them, and a program that does not live is started anew.
@Suite struct HealthTests {
    private static let c1 = ContainerID("c1")
    private static let readiness = HealthSpec(readiness: ProbeSpec(.http(port: 80, path: "/")))
    private static let liveness = HealthSpec(liveness: ProbeSpec(.tcp(port: 80)))

    private static func world(_ health: HealthSpec, restart: RestartSpec? = nil) -> World {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(restart: restart, health: health)])
        world.run(20_000)
        _ = world.takeLog()
        return world
    }

    // MARK: readiness

    @Test func aRunningContainerIsReadyOnceItsProbePassesAndSoonAfterIt() {
        let world = World()
        world.engine.programs["app:1"] = .init(healthyAfterMilliseconds: 2500)
        world.dockerUp()
        world.apply([Fixtures.replica(health: Self.readiness)])
        world.run(2000)
        #expect(world.said?.state == .running)
        #expect(world.said?.health?.healthy == false)
        #expect(world.said?.health?.readiness == .pending)
        #expect(world.said?.message == "not ready: the readiness probe has not passed yet: http 503")
        world.run(1500)
        #expect(world.said?.health?.healthy == true)
        #expect(world.said?.health?.lastProbeResult == "http 200")
        #expect(world.said?.message == nil)
    }

    @Test func readinessComesAndGoesByItsThresholdsAndTouchesNothing() {
        var probe = ProbeSpec(.http(port: 80, path: "/"), failureThreshold: 3, successThreshold: 2)
        probe.intervalSeconds = 10
        let world = Self.world(HealthSpec(readiness: probe))
        #expect(world.said?.health?.healthy == true)
        world.engine.ill[Self.c1] = [.readiness]
        world.run(19_000)
        #expect(world.said?.health?.healthy == true)
        world.run(14_000)
        #expect(world.said?.health?.readiness == .failing)
        #expect(
            world.said?.message == "not ready: the readiness probe failed 3 times in a row: http 503",
            "\(world.said?.message ?? "")")
        world.engine.ill = [:]
        world.run(10_600)
        #expect(world.said?.health?.healthy == false)
        world.run(10_600)
        #expect(world.said?.health?.healthy == true)
        #expect(world.takeLog().isEmpty)
    }

    @Test func theGateWaitsForTheProbeAndGoesBackWhenItFails() {
        let world = Self.world(Self.readiness)
        world.engine.programs["app:2"] = .init(healthyAfterMilliseconds: nil)
        world.apply([Fixtures.replica(image: "app:2", generation: 2, health: Self.readiness)])
        world.run(15_000)
        #expect(world.runningImages() == ["app:1", "app:2"])
        world.run(10_000)
        #expect(world.runningImages() == ["app:1"])
        #expect(world.said?.rejectedGeneration == 2)
        #expect(
            world.said?.message?.contains("the readiness probe failed 3 times in a row: http 503") == true,
            "\(world.said?.message ?? "")")
    }

    @Test func aSlowStartPassesTheGateWhenItIsReadyLongEnough() {
        let world = Self.world(Self.readiness)
        world.engine.programs["app:2"] = .init(healthyAfterMilliseconds: 12_000)
        world.apply([Fixtures.replica(image: "app:2", generation: 2, health: Self.readiness)])
        world.run(16_000)
        #expect(world.runningImages() == ["app:1", "app:2"])
        world.run(3000)
        #expect(world.runningImages() == ["app:2"])
    }

    // MARK: liveness and start

    @Test func aDeadProgramIsStartedAnewAfterItsPause() {
        let world = Self.world(Self.liveness)
        world.engine.ill[Self.c1] = [.liveness]
        world.run(until: { world.log.contains("stop c1 app:1") })
        let stopped = world.milliseconds
        #expect(world.said?.message?.contains("the liveness probe failed 3 times in a row") == true)
        world.engine.ill = [:]
        world.run(until: { world.log.contains("start c1 app:1") })
        #expect(world.milliseconds - stopped >= 990)
        world.run(1000)
        #expect(world.takeLog() == ["stop c1 app:1", "start c1 app:1"])
        #expect(world.said?.restartCount == 1)
        #expect(world.said?.health?.healthy == true)
    }

    @Test func aProgramThatNeverLivesCostsLongerAndLongerPauses() {
        let world = Self.world(HealthSpec(liveness: ProbeSpec(.tcp(port: 80), intervalSeconds: 1)))
        world.engine.programs["app:1"] = .init(healthyAfterMilliseconds: nil)
        world.run(120_000)
        let starts = world.takeLog().count { $0 == "start c1 app:1" }
        #expect((5...8).contains(starts), "\(starts)")
        #expect(world.said?.message?.contains("crash_loop: the liveness probe failed") == true)
    }

    @Test func failuresOfTheStartPeriodDoNotCount() {
        let world = World()
        world.engine.programs["app:1"] = .init(healthyAfterMilliseconds: 25_000)
        world.dockerUp()
        let probe = ProbeSpec(.tcp(port: 80), intervalSeconds: 2, startPeriodSeconds: 30, failureThreshold: 1)
        world.apply([Fixtures.replica(health: HealthSpec(liveness: probe))])
        world.run(40_000)
        #expect(world.takeLog() == ["pull app:1", "create app:1", "start c1 app:1"])
        #expect(world.said?.health?.healthy == true)
    }

    @Test func theOtherProbesWaitForTheStart() {
        let world = World()
        world.engine.programs["app:1"] = .init(healthyAfterMilliseconds: 20_000)
        world.dockerUp()
        let health = HealthSpec(
            liveness: ProbeSpec(.tcp(port: 80), intervalSeconds: 1, failureThreshold: 1),
            startup: ProbeSpec(.tcp(port: 80), intervalSeconds: 5, failureThreshold: 10))
        world.apply([Fixtures.replica(health: health)])
        world.run(19_000)
        #expect(world.said?.health?.liveness == .pending)
        #expect(world.said?.health?.startup == .pending)
        world.run(10_000)
        #expect(world.said?.health?.healthy == true)
        #expect(world.takeLog() == ["pull app:1", "create app:1", "start c1 app:1"])
    }

    @Test func whatShallNeverBeStartedAgainIsOnlyReported() {
        let world = Self.world(Self.liveness, restart: RestartSpec(policy: .never))
        world.engine.ill[Self.c1] = [.liveness]
        world.run(60_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.said?.health?.liveness == .failing)
    }

    @Test func theOldContainerIsWatchedWhileTheNewCannotBePrepared() {
        let world = Self.world(Self.liveness)
        world.engine.programs["app:2"] = .init(pullFailure: ActionFailure(.registryUnavailable, "away"))
        world.apply([Fixtures.replica(image: "app:2", generation: 2, health: Self.liveness)])
        world.run(1000)
        world.engine.ill[Self.c1] = [.liveness]
        world.run(until: { world.log.contains("stop c1 app:1") })
        world.engine.ill = [:]
        world.run(until: { world.log.contains("start c1 app:1") })
        world.run(1000)
        #expect(world.runningImages() == ["app:1"])
    }

    // MARK: faults

    @Test func anAnswerOfAnEarlierRunIsDropped() {
        let world = World()
        world.engine.programs["app:1"] = .init(probeMilliseconds: 4000)
        world.dockerUp()
        let probe = ProbeSpec(.tcp(port: 80), timeoutSeconds: 10, failureThreshold: 1)
        world.apply([Fixtures.replica(health: HealthSpec(liveness: probe))])
        world.run(14_000)
        #expect(world.said?.health?.healthy == true)
        world.run(until: { world.probeCount == 2 })
        world.engine.ill[Self.c1] = [.liveness]
        world.run(3000)
        world.crash(Self.c1)
        world.run(1500)
        world.engine.ill = [:]
        _ = world.takeLog()
        world.run(30_000)
        #expect(!world.takeLog().contains("stop c1 app:1"))
    }

    @Test func whileDockerIsAwayNothingIsAskedAndNothingConcluded() {
        let world = Self.world(Self.liveness)
        world.engine.ill[Self.c1] = [.liveness]
        world.run(12_000)
        world.dockerDown()
        let asked = world.probeCount
        world.run(120_000)
        #expect(world.probeCount == asked)
        #expect(world.said?.state == .unknown)
        world.engine.ill = [:]
        world.dockerUp()
        world.run(30_000)
        #expect(world.takeLog().isEmpty)
        #expect(world.said?.health?.healthy == true)
    }

    @Test func anAgentRestartDoesNotCallAProvenContainerUnready() {
        let world = Self.world(Self.readiness)
        world.run(10_000)
        world.restartAgent()
        world.dockerUp()
        world.run(10)
        #expect(world.said?.state == .running)
        #expect(world.said?.health?.healthy == true)
        let asked = world.probeCount
        world.engine.ill[Self.c1] = [.readiness]
        world.run(35_000)
        #expect(world.probeCount > asked)
        #expect(world.said?.health?.healthy == false)
    }

    /// A container that served before is about to start again, and takes a while to become ready.
    private static func startingAgain() -> World {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(hostPort: 8080, health: readiness)])
        world.run(20_000)
        world.engine.programs["app:1"] = .init(startMilliseconds: 100, healthyAfterMilliseconds: 2500)
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.apply([Fixtures.replica(image: "app:2", generation: 2, hostPort: 8080, health: readiness)])
        world.run(until: { world.log.contains("stop c1 app:1") })
        _ = world.takeLog()
        world.run(until: { world.log.contains("start c1 app:1") })
        return world
    }

    @Test func aGenerationThatComesDuringAStartDoesNotMakeItReady() {
        let world = Self.startingAgain()
        world.apply([Fixtures.replica(generation: 3, hostPort: 8080, health: Self.readiness)])
        world.run(500)
        #expect(world.said?.state == .running)
        #expect(world.said?.generation == 3)
        #expect(world.said?.health?.readiness == .pending)
        world.run(4000)
        #expect(world.said?.health?.healthy == true)
    }

    @Test func anOutageOfDockerDuringAStartDoesNotMakeItReady() {
        let world = Self.startingAgain()
        world.finishesAbandoned = true
        world.dockerDown()
        world.run(500)
        world.dockerUp()
        world.run(50)
        #expect(world.said?.state == .running)
        #expect(world.said?.health?.readiness == .pending)
        world.run(4000)
        #expect(world.said?.health?.healthy == true)
    }

    @Test func aKeptContainerIsAskedWhatItWasAskedBefore() {
        let world = Self.world(Self.liveness)
        world.engine.programs["app:2"] = .init(livesMilliseconds: 10)
        world.apply([Fixtures.replica(image: "app:2", generation: 2)])
        world.run(5000)
        #expect(world.said?.rejectedGeneration == 2)
        _ = world.takeLog()
        world.engine.ill[Self.c1] = [.liveness]
        world.run(until: { world.log.contains("stop c1 app:1") })
    }

    @Test func manySlowContainersAreAskedInLine() {
        let world = World()
        world.engine.programs["app:1"] = .init(probeMilliseconds: 1500)
        world.dockerUp()
        world.apply((1...140).map { Fixtures.replica($0, health: Self.readiness) })
        var most = 0
        for _ in 0..<20 {
            world.run(100)
            most = max(most, world.machine.actionsUnderWay)
        }
        #expect(most >= NodeLimits.concurrentProbes)
        #expect(most <= NodeLimits.concurrentProbes + 2, "a list and a write beside them")
        world.run(3000)
        #expect(world.machine.reports(sequence: 1, at: world.now).allSatisfy { $0.health?.healthy == true })
    }
}
