/// Runs many seeds, as many at once as there are hands.
enum SimulationRunner {
    static let hands = 2

    static func run(_ seeds: [UInt64], bug: Bug?, isTracing: Bool) async -> [SimulationResult] {
        await withTaskGroup(of: [SimulationResult].self) { group in
            for hand in 0..<hands {
                group.addTask {
                    seeds.enumerated().filter { $0.offset % hands == hand }.map { _, seed in
                        Simulation(seed: seed, bug: bug, isTracing: isTracing).run()
                    }
                }
            }
            var results: [SimulationResult] = []
            for await part in group { results += part }
            return results.sorted { $0.seed < $1.seed }
        }
    }
}
