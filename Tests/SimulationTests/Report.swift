import Foundation

/// What people see of the runs.
enum Report {
    static func write(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    static func replayCommand(_ seed: UInt64) -> String {
        "FLEDX_SEED=\(seed) swift test --disable-xctest --filter everythingComesRightAgainWhateverHappens"
    }

    static func story(_ result: SimulationResult) {
        write(result.lines.joined(separator: "\n"))
        write("seed \(result.seed), digest \(result.digest): \(result.violation ?? "all is well")")
    }

    static func summary(_ results: [SimulationResult], _ tally: Tally) {
        let waits = results.map(\.settledAfter).sorted()
        let median = waits.isEmpty ? 0 : waits[waits.count / 2]
        let digest = results.reduce(UInt64(0)) { $0 &* 31 &+ $1.digest }
        write(
            "simulation: \(results.count) seeds of \(Simulation.nodes) nodes, digest \(digest); "
                + "right again after \(median) ms of quiet (median), \(waits.last ?? 0) ms (longest)")
        write(tally.table)
        if !tally.missing.isEmpty { write("never occurred: \(tally.missing.joined(separator: ", "))") }
    }
}
