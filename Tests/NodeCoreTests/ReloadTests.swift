import Model
import NodeCore
import Testing

/// Files of configs that change below a running container.
@Suite struct ReloadTests {
    private static let config = ConfigID(UUIDValue(high: 6, low: 1))

    private static func version(_ version: UInt64) -> ConfigReference {
        ConfigReference(configID: config, version: version)
    }

    private static func declared(
        _ number: UInt64, made: UInt64 = 1, _ reload: ConfigReload = .signal(.hangup)
    ) -> DesiredConfig {
        let file = ConfigFile(
            path: "/etc/app", source: .content(Array("content \(number)".utf8)), reload: reload)
        return DesiredConfig(
            reference: version(number), name: "app", content: ConfigContent(files: [file]),
            containerVersion: made)
    }

    private static func replica(
        _ config: UInt64, generation: UInt64, image: String = "app:1", state: DesiredState = .running,
        restart: RestartSpec? = nil, strategy: RolloutStrategy = RolloutStrategy()
    ) -> DesiredReplica {
        var replica = Fixtures.replica(
            image: image, generation: generation, state: state, restart: restart, strategy: strategy)
        replica.configs = [version(config)]
        return replica
    }

    /// A container that has proved itself with version 1 as generation 1.
    private static func serving(seconds: Int64 = 20) -> World {
        let world = World()
        world.dockerUp()
        world.apply([replica(1, generation: 1)], configs: [declared(1)])
        world.run(seconds * 1000)
        #expect(world.takeLog() == ["pull app:1", "create app:1", "start c1 app:1"])
        return world
    }

    private static let refusal = ActionFailure(.notPrepared, "the file /srv/two of a config does not exist")

    @Test func anotherVersionOfALiveFileIsOneReloadOfTheSameContainer() {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        #expect(world.said?.generation == 1)
        #expect(world.said?.message?.contains("written anew for generation 2") == true)
        let version = world.machine.statusVersion
        world.run(120_000)
        #expect(world.takeLog() == ["reload c1 app:1"])
        #expect(world.said?.generation == 2)
        #expect(world.said?.state == .running)
        #expect(world.said?.restartCount == 0)
        #expect(world.said?.message == nil)
        #expect(world.machine.statusVersion != version)
        #expect(world.durable.replicas.first?.knownGood?.generation == 2)
    }

    @Test func contentsThatContainersAreMadeFromAreAnotherContainer() {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2, made: 2)])
        world.run(20_000)
        #expect(world.running == [ContainerID("c2")])
        #expect(!world.log.contains { $0.hasPrefix("reload") })
    }

    @Test func withoutLiveFilesNothingIsReloaded() {
        let world = World()
        world.dockerUp()
        world.apply([Self.replica(1, generation: 1)], configs: [Self.declared(1, .restart)])
        world.run(20_000)
        world.apply([Self.replica(1, generation: 2)], configs: [Self.declared(1, .restart)])
        #expect(world.said?.generation == 2)
        world.restartAgent()
        world.dockerUp()
        world.run(20_000)
        #expect(world.takeLog() == ["pull app:1", "create app:1", "start c1 app:1"])
    }

    @Test func aGenerationWithTheSameFilesIsReportedAtOnce() {
        let world = Self.serving()
        world.apply([Self.replica(1, generation: 2)], configs: [Self.declared(1)])
        #expect(world.said?.generation == 2)
        world.run(20_000)
        #expect(world.log.isEmpty)
    }

    @Test func filesThatCannotBeWrittenLeaveTheProgramAloneAndAreTriedAgain() {
        let world = Self.serving()
        world.engine.reloadFailure = Self.refusal
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(8000)
        #expect(world.takeLog() == Array(repeating: "reload c1 app:1", count: 4))
        #expect(world.said?.generation == 1)
        #expect(world.said?.state == .running)
        #expect(world.said?.restartCount == 0)
        #expect(world.said?.rejectedGeneration == nil)
        let message = world.said?.message ?? ""
        #expect(message.contains("/srv/two of a config does not exist") && message.contains("next try in"))
        #expect(world.durable.replicas.first?.knownGood?.generation == 1)
        world.run(600_000)
        #expect(world.takeLog().count < 16, "the pauses grow")
        #expect(world.running == [ContainerID("c1")])
        world.engine.reloadFailure = nil
        world.run(61_000)
        #expect(world.takeLog() == ["reload c1 app:1"])
        #expect(world.said?.generation == 2)
        #expect(world.said?.message == nil)
    }

    @Test func aRightDeclarationAfterAFailureIsTriedAtOnce() {
        let world = Self.serving()
        world.engine.reloadFailure = Self.refusal
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(100_000)
        _ = world.takeLog()
        world.engine.reloadFailure = nil
        world.apply([Self.replica(3, generation: 3)], configs: [Self.declared(3)])
        world.run(10)
        #expect(world.takeLog() == ["reload c1 app:1"])
        #expect(world.said?.generation == 3)
    }

    @Test func goingBackAfterAFailureIsAReloadToo() {
        let world = Self.serving()
        world.engine.reloadFailure = Self.refusal
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(500)
        _ = world.takeLog()
        world.apply([Self.replica(1, generation: 3)], configs: [Self.declared(1)])
        world.engine.reloadFailure = nil
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1"], "the failed one may have written some")
        #expect(world.said?.generation == 3)
    }

    @Test func goingBackWhileDockerIsAwayIsAReloadWhenItIsBack() {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.dockerDown()
        world.run(1000)
        #expect(world.takeLog() == ["reload c1 app:1"])
        world.apply([Self.replica(1, generation: 3)], configs: [Self.declared(1)])
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1"], "the first may have written version 2")
        #expect(world.said?.generation == 3)
    }

    @Test func whatAnEarlierLifeLeftIsReloadedOnce() {
        let world = Self.serving()
        world.restartAgent()
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1"])
        #expect(world.said?.generation == 1)
    }

    @Test func anAgentKilledBeforeTheReloadMakesUpForIt() {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.restartAgent()
        world.dockerUp()
        world.run { world.said?.state == .running }
        #expect(world.said?.generation == 1)
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1", "reload c1 app:1"])
        #expect(world.said?.generation == 2)
    }

    @Test func dockerLostMeanwhileIsAnotherReloadWhenItIsBack() {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.dockerDown()
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1"])
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1"])
        #expect(world.said?.generation == 2)
        #expect(world.running == [ContainerID("c1")])
    }

    @Test func aCrashMeanwhileIsCoveredByTheNextStart() {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.crash(ContainerID("c1"))
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1", "start c1 app:1"])
        #expect(world.said?.generation == 2)
    }

    @Test func aCrashAfterAFailureIsCoveredByTheNextStart() {
        let world = Self.serving()
        world.engine.reloadFailure = Self.refusal
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(500)
        _ = world.takeLog()
        world.crash(ContainerID("c1"))
        world.run(60_000)
        #expect(world.takeLog() == ["start c1 app:1"])
        #expect(world.said?.generation == 2)
        #expect(world.said?.message == nil)
    }

    @Test func aCrashWhileFilesCannotBeHadIsAStartWithThoseItHad() {
        let world = Self.serving()
        world.engine.reloadFailure = Self.refusal
        world.engine.lacksLiveFiles = true
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(500)
        _ = world.takeLog()
        world.crash(ContainerID("c1"))
        world.run(10_000)
        #expect(world.takeLog().first == "start c1 app:1")
        #expect(world.runningImages() == ["app:1"])
        #expect(world.said?.generation == 1)
        #expect(world.said?.message?.contains(Self.refusal.detail) == true)
        world.engine.reloadFailure = nil
        world.engine.lacksLiveFiles = false
        world.run(120_000)
        #expect(world.said?.generation == 2)
    }

    @Test func aStoppedReplicaIsNotReloadedAndItsStartIsEnough() {
        let world = Self.serving()
        world.apply([Self.replica(1, generation: 2, state: .stopped)], configs: [Self.declared(1)])
        world.run(20_000)
        world.apply([Self.replica(2, generation: 3, state: .stopped)], configs: [Self.declared(2)])
        world.run(20_000)
        world.apply([Self.replica(2, generation: 4)], configs: [Self.declared(2)])
        world.run(20_000)
        #expect(world.takeLog() == ["stop c1 app:1", "start c1 app:1"])
        #expect(world.said?.generation == 4)
    }

    @Test func whatEndedForGoodIsLeftAlone() {
        let world = World()
        world.dockerUp()
        world.engine.programs["app:1"] = .init(livesMilliseconds: 10, exitCode: 0)
        let once = RestartSpec(policy: .never)
        world.apply([Self.replica(1, generation: 1, restart: once)], configs: [Self.declared(1)])
        world.run(20_000)
        world.apply([Self.replica(2, generation: 2, restart: once)], configs: [Self.declared(2)])
        world.run(20_000)
        #expect(world.takeLog() == ["pull app:1", "create app:1", "start c1 app:1"])
        #expect(world.said?.generation == 2)
    }

    @Test func aPausedContainerIsReloadedWhenItGoesOn() {
        let world = Self.serving()
        world.pause(ContainerID("c1"))
        world.run(100)
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(60_000)
        #expect(world.log.isEmpty)
        #expect(world.said?.generation == 1)
        world.unpause(ContainerID("c1"))
        world.run(100)
        #expect(world.takeLog() == ["reload c1 app:1"])
        #expect(world.said?.generation == 2)
    }

    @Test func aDocumentDuringAReloadIsAnotherReload() {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(2)
        world.apply([Self.replica(3, generation: 3)], configs: [Self.declared(3)])
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1", "reload c1 app:1"])
        #expect(world.said?.generation == 3)
    }

    @Test func aDocumentDuringAStartIsAReloadAfterIt() {
        let world = World()
        world.dockerUp()
        world.apply([Self.replica(1, generation: 1)], configs: [Self.declared(1)])
        world.run { world.log.contains("start c1 app:1") }
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(60_000)
        #expect(world.takeLog().suffix(2) == ["start c1 app:1", "reload c1 app:1"])
        #expect(world.said?.generation == 2)
    }

    @Test func documentsThatComeAndGoDuringAStartAreAReloadAfterIt() {
        let world = World()
        world.dockerUp()
        world.apply([Self.replica(1, generation: 1)], configs: [Self.declared(1)])
        world.run { world.log.contains("start c1 app:1") }
        // Whichever of them the files are taken from, the last one counts.
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.apply([Self.replica(1, generation: 3)], configs: [Self.declared(1)])
        world.run(60_000)
        #expect(world.takeLog().suffix(2) == ["start c1 app:1", "reload c1 app:1"])
        #expect(world.said?.generation == 3)
    }

    @Test(arguments: ["app:1", "app:2"])
    func documentsThatComeAndGoDuringAReloadAreAnotherReload(_ image: String) {
        let world = Self.serving()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(2)
        // Other contents, or another container, for which nothing is written below this one.
        let config: UInt64 = image == "app:1" ? 3 : 2
        world.apply([Self.replica(config, generation: 3, image: image)], configs: [Self.declared(config)])
        world.apply([Self.replica(2, generation: 4)], configs: [Self.declared(2)])
        world.run(60_000)
        #expect(world.takeLog() == ["reload c1 app:1", "reload c1 app:1"])
        #expect(world.said?.generation == 4)
    }

    @Test func documentsThatComeAndGoWhileDockerIsAwayDuringAStartAreAReload() {
        let world = World()
        world.finishesAbandoned = true
        world.dockerUp()
        world.apply([Self.replica(1, generation: 1)], configs: [Self.declared(1)])
        world.run { world.log.contains("start c1 app:1") }
        world.dockerDown()
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(1000)
        world.apply([Self.replica(1, generation: 3)], configs: [Self.declared(1)])
        world.dockerUp()
        world.run(60_000)
        #expect(world.takeLog().suffix(2) == ["start c1 app:1", "reload c1 app:1"])
        #expect(world.said?.generation == 3)
    }

    @Test func theKeptContainerOfARejectedGenerationIsNotReloaded() {
        let world = Self.serving()
        world.engine.programs["app:2"] = .init(startFailure: ActionFailure(.other, "exec format error"))
        world.apply([Self.replica(2, generation: 2, image: "app:2")], configs: [Self.declared(2)])
        world.run(60_000)
        #expect(world.running == [ContainerID("c1")])
        #expect(world.said?.rejectedGeneration == 2)
        #expect(!world.takeLog().contains { $0.hasPrefix("reload") })
        // The update is taken back: the container is right again, and never had other files.
        world.apply([Self.replica(1, generation: 3)], configs: [Self.declared(1)])
        world.run(60_000)
        #expect(world.running == [ContainerID("c1")])
        #expect(world.said?.generation == 3)
    }

    @Test func aTrialThatPassesBeforeItsReloadProvesTheEarlierGeneration() {
        let world = Self.serving()
        world.apply([Self.replica(1, generation: 2, image: "app:2")], configs: [Self.declared(1)])
        world.run { world.running.contains(ContainerID("c2")) }
        world.engine.reloadFailure = Self.refusal
        world.apply([Self.replica(2, generation: 3, image: "app:2")], configs: [Self.declared(2)])
        world.run(20_000)
        #expect(world.running == [ContainerID("c2")])
        #expect(world.said?.generation == 2)
        #expect(world.durable.replicas.first?.knownGood?.generation == 2)
        world.engine.reloadFailure = nil
        world.run(61_000)
        #expect(world.said?.generation == 3)
        #expect(world.durable.replicas.first?.knownGood?.generation == 3)
    }

    @Test func anotherHistoryMeansOtherContentsUnderTheSameNumbers() {
        let world = Self.serving()
        world.apply(
            [Self.replica(1, generation: 1)], configs: [Self.declared(1)],
            epoch: Epoch(UUIDValue(high: 9, low: 10)))
        world.run(20_000)
        #expect(world.takeLog() == ["reload c1 app:1"])
        #expect(world.said?.generation == 1)
    }

    @Test func aReloadThatFindsTheContainerGoneIsANewContainer() {
        let world = Self.serving()
        world.losesEvents = true
        world.removeBehindOurBack(ContainerID("c1"))
        world.apply([Self.replica(2, generation: 2)], configs: [Self.declared(2)])
        world.run(20_000)
        #expect(world.takeLog() == ["reload c1 ?", "pull app:1", "create app:1", "start c2 app:1"])
        #expect(world.said?.generation == 2)
    }
}
