import ArgumentParser

extension SpecFields {
    /// What can be told before the control plane is asked.
    func validate() throws {
        guard command.isEmpty || words.isEmpty else {
            throw ValidationError("the command is given twice: by --command and behind --")
        }
        let lowest: [(String, Int?, Int)] = [
            ("--replicas", replicas, 0), ("--max-per-node", maxPerNode, 1), ("--pids", pids, 1),
            ("--cpu-millis", cpuMillis, 1), ("--memory-bytes", memoryBytes, 1),
            ("--require-cpu-millis", requireCpuMillis, 0), ("--require-memory-bytes", requireMemoryBytes, 0),
            ("--stop-grace-secs", stopGraceSecs, 0), ("--max-unavailable", strategy.maxUnavailable, 0),
            ("--max-surge", strategy.maxSurge, 0), ("--healthy-after-secs", strategy.healthyAfterSecs, 0),
            ("--gate-secs", strategy.gateSecs, 0), ("--deadline-secs", strategy.deadlineSecs, 0),
        ]
        for (flag, value, least) in lowest {
            guard let value, value < least else { continue }
            throw ValidationError("\(flag) \(value): a number from \(least) is expected")
        }
    }
}
