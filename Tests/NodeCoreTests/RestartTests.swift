import Model
import NodeCore
import Testing

@Suite struct RestartTests {
    private func crashing(_ restart: RestartSpec? = nil, code: Int32 = 1, settings: NodeSettings = .init())
        -> World
    {
        let world = World(settings: settings)
        world.engine.programs["app:1"] = .init(livesMilliseconds: 100, exitCode: code)
        world.dockerUp()
        world.apply([Fixtures.replica(restart: restart)])
        return world
    }

    /// Pauses between the end of one run and the next start.
    private func pauses(_ world: World) -> [Int64] {
        let starts = zip(world.log, world.times).filter { $0.0.hasPrefix("start") }.map(\.1)
        return zip(starts, starts.dropFirst()).map { $1 - $0 - 107 }
    }

    @Test func aCrashLoopDoublesItsPausesUpToTheLongestForEver() {
        let world = crashing()
        world.run(300_000)
        #expect(pauses(world).prefix(8) == [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    }

    @Test func aProgramThatEndsWithinItsStartIsCountedOncePerRun() {
        let world = World()
        world.engine.programs["app:1"] = .init(livesMilliseconds: 0)
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(20_000)
        let starts = zip(world.log, world.times).filter { $0.0.hasPrefix("start") }.map(\.1)
        let gaps = zip(starts, starts.dropFirst()).map { ($1 - $0) / 1000 }
        #expect(gaps == [1, 2, 4, 8])
    }

    @Test func theDeclarationsPausesComeBeforeTheNodes() {
        let world = crashing(RestartSpec(backoffSecs: 3, backoffMaxSecs: 10))
        world.run(60_000)
        #expect(pauses(world).prefix(4) == [3000, 6000, 10_000, 10_000])
    }

    @Test func aPauseOfZeroDoesNotSpin() {
        let world = crashing(RestartSpec(backoffSecs: 0, backoffMaxSecs: 0))
        world.run(10_000)
        #expect(pauses(world).allSatisfy { $0 == 100 })
    }

    @Test func aStormOfRestartsIsWrittenEveryFiveSecondsAtMost() {
        let world = crashing(RestartSpec(backoffSecs: 0, backoffMaxSecs: 0))
        world.run(10_000)
        let written = world.persistCount
        world.run(60_000)
        #expect((11...13).contains(world.persistCount - written), "\(world.persistCount - written) writes")
    }

    @Test func afterTheLimitItIsFailedWithAReasonAndStillTried() {
        let world = crashing()
        world.run(15_000)
        #expect(world.report(Fixtures.replica())?.state == .pending)
        world.run(1000)
        let report = world.report(Fixtures.replica())
        #expect(report?.state == .failed)
        #expect(
            report?.message?.hasPrefix(
                "crash_loop: the container exited with code 1, 5 times in a row; next try in") == true)
        #expect(report?.restartCount == 4)
        world.engine.programs["app:1"] = .init()
        world.run(40_000)
        #expect(world.report(Fixtures.replica())?.state == .running)
    }

    @Test func aLimitOfZeroNeverCallsItFailed() {
        let world = crashing(settings: NodeSettings(restartFailureLimit: 0))
        world.run(300_000)
        #expect(world.report(Fixtures.replica())?.state == .pending)
    }

    @Test func failuresAreForgottenOnlyAfterAStableTime() {
        let world = crashing(RestartSpec(resetAfterSecs: 60))
        world.run(20_000)
        world.engine.programs["app:1"] = .init()
        world.run(30_000)
        #expect(world.machine.memory.replicas.first?.consecutiveFailures == 5)
        world.run(70_000)
        #expect(world.machine.memory.replicas.first?.consecutiveFailures == 0)
        _ = world.takeLog()
        let before = world.milliseconds - World.start
        world.crash(ContainerID("c1"))
        world.run(5000)
        #expect(world.times == [before + 1002])
    }

    @Test func aNewGenerationStartsCountingAnew() {
        let world = crashing()
        world.run(60_000)
        world.engine.programs["app:2"] = .init()
        world.apply([Fixtures.replica(image: "app:2", generation: 2)])
        world.run(1000)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.report(Fixtures.replica())?.restartCount == 0)
    }

    @Test(arguments: [
        (RestartSpec.Policy.always, Int32(0), InstanceState.pending, true),
        (.always, 1, .pending, true), (.onFailure, 0, .stopped, false), (.onFailure, 3, .pending, true),
        (.never, 0, .stopped, false), (.never, 3, .failed, false),
    ])
    func thePolicyDecidesByTheExitCode(
        policy: RestartSpec.Policy, code: Int32, state: InstanceState, isRestarted: Bool
    ) {
        let world = crashing(RestartSpec(policy: policy), code: code)
        world.run(700)
        #expect(world.report(Fixtures.replica())?.state == state)
        world.run(5000)
        #expect((world.log.filter { $0.hasPrefix("start") }.count > 1) == isRestarted)
        let message = world.report(Fixtures.replica())?.message
        #expect(message != nil)
    }

    @Test func anEndedJobStaysEndedOverAnAgentRestart() {
        let world = crashing(RestartSpec(policy: .onFailure), code: 0)
        world.run(20_000)
        _ = world.takeLog()
        world.restartAgent()
        world.dockerUp()
        world.run(20_000)
        #expect(world.takeLog().isEmpty)
    }

    @Test func failedPullsHaveTheirOwnPausesAndSayWhy() {
        let world = World()
        world.engine.programs["app:1"] = .init(pullFailure: ActionFailure(.imageNotFound, "manifest unknown"))
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(2000)
        let report = world.report(Fixtures.replica())
        #expect(report?.state == .pending)
        #expect(report?.message == "image app:1 was not found: manifest unknown; next try in 2 s")
        world.run(30_000)
        // A pull takes 51 ms here, and the look before it 2.
        let gaps = zip(world.times, world.times.dropFirst()).map { $1 - $0 - 53 }
        #expect(gaps == [1000, 2000, 4000, 8000, 16_000])
        #expect(world.report(Fixtures.replica())?.state == .failed)
        world.engine.programs["app:1"] = .init()
        world.run(60_000)
        #expect(world.report(Fixtures.replica())?.state == .running)
        #expect(world.machine.memory.replicas.first?.consecutiveFailures == 0)
    }

    @Test func aTakenPortIsSaidAndHealsWhenItIsFree() {
        let world = World()
        world.engine.foreignPorts = [HostPort(number: 8080)]
        world.dockerUp()
        world.apply([Fixtures.replica(hostPort: 8080)])
        world.run(2500)
        let message = world.report(Fixtures.replica(hostPort: 8080))?.message
        #expect(message?.contains("8080 is held by a foreign process; free the port") == true)
        world.engine.foreignPorts = []
        world.run(30_000)
        #expect(world.report(Fixtures.replica(hostPort: 8080))?.state == .running)
        #expect(world.engine.created == 1)
    }

    @Test func anImageDeletedBeforeCreationIsMadeReadyAgain() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica()])
        world.run(55)
        world.engine.images = []
        world.run(5000)
        #expect(
            world.takeLog() == ["pull app:1", "create app:1", "pull app:1", "create app:1", "start c1 app:1"])
    }

    @Test func policyNeverUsesOnlyWhatTheNodeHas() {
        let world = World()
        world.dockerUp()
        world.apply([Fixtures.replica(pull: .never)])
        world.run(500)
        #expect(world.report(Fixtures.replica())?.message?.contains("not on this node") == true)
        world.engine.images = ["app:1"]
        world.run(5000)
        #expect(world.report(Fixtures.replica())?.state == .running)
    }

    @Test func aContainerThatDockerBarsIsMadeAnewAndCountsAsARestart() {
        let world = World.serving()
        world.engine.barred = [ContainerID("c1")]
        world.crash(ContainerID("c1"))
        world.run(1500)
        let message = world.said?.message
        #expect(message?.contains("lets it have no other: task c1: already exists; next try in") == true)
        world.run(10_000)
        #expect(
            world.takeLog() == [
                "start c1 app:1", "remove c1 app:1", "pull app:1", "create app:1", "start c2 app:1",
            ])
        #expect(world.said?.state == .running)
        #expect(world.said?.restartCount == 1)
    }

    /// What Docker did not let go of says nothing against the new generation.
    @Test func aBarredContainerOnTrialRejectsNothing() {
        let world = World.serving()
        world.engine.barred = [ContainerID("c2")]
        world.update()
        world.run(30_000)
        #expect(world.said?.rejectedGeneration == nil)
        #expect(world.running == [ContainerID("c3")])
        #expect(world.ledger.problems.isEmpty)
    }

    /// Nobody here can make an old container again: it is tried some times before it is given up.
    @Test func aBarredWayBackIsTriedBeforeItIsGivenUp() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.engine.barred = [ContainerID("c1")]
        world.update()
        world.run { world.log.contains("remove c1 app:1") }
        #expect(world.log.filter { $0 == "start c1 app:1" }.count == Int(NodeLimits.barredStarts))
        world.engine.programs["app:2"] = .init()
        world.run(60_000)
        #expect(world.runningImages() == ["app:2"])
        #expect(world.said?.state == .running)
    }

    @Test func aBarredWayBackThatCanStartAgainIsKept() {
        let world = World.serving()
        world.engine.programs["app:2"] = .init(livesMilliseconds: 1000)
        world.engine.barred = [ContainerID("c1")]
        world.update()
        world.run { world.log.contains("start c1 app:1") }
        world.run(100)
        world.engine.barred = []
        world.run(60_000)
        #expect(world.running == [ContainerID("c1")])
        #expect(world.said?.rejectedGeneration == 2)
    }
}
