import TestKit
import Testing

/// The simulation notices mistakes: each is switched on alone and must be found.
@Suite struct NamedBugTests {
    @Test(arguments: Bug.allCases) func isFoundWithin200Seeds(_ bug: Bug) {
        for seed in UInt64(1)...200 {
            guard let violation = Simulation(seed: seed, bug: bug).run().violation else { continue }
            Report.write("bug \(bug.rawValue): found by seed \(seed), \(violation)")
            return
        }
        Issue.record("\(bug.rawValue) was not found")
    }
}
