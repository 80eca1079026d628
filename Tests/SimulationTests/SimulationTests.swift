import TestKit
import Testing

/// One seed, one whole cluster on virtual time (`FLEDX_SEED=n` replays one with its story,
/// `FLEDX_BUG=name` with a named bug).
@Suite struct SimulationTests {
    @Test func everythingComesRightAgainWhateverHappens() async {
        let seeds = SeededRandom.seeds(count: TestEnvironment.count(short: 200, long: 2000))
        let isReplay = TestEnvironment.value("FLEDX_SEED") != nil
        let bug = isReplay ? TestEnvironment.value("FLEDX_BUG").flatMap(Bug.init) : nil
        let results = await SimulationRunner.run(seeds, bug: bug, isTracing: isReplay)
        var tally = Tally()
        for result in results {
            tally.add(result.tally)
            if isReplay { Report.story(result) }
            guard let violation = result.violation else { continue }
            Issue.record("seed \(result.seed): \(violation)\nreplay: \(Report.replayCommand(result.seed))")
        }
        guard !isReplay else { return }
        Report.summary(results, tally)
        #expect(tally.missing.isEmpty, "never occurred")
        #expect(Step.forbidden.allSatisfy { tally.steps[$0] == nil })
    }

    @Test func oneSeedIsOneStory() {
        let first = Simulation(seed: 3, isTracing: true).run()
        let second = Simulation(seed: 3, isTracing: true).run()
        #expect(first.digest == second.digest)
        #expect(first.lines == second.lines)
    }
}
