import EventLoop
import Model
import TestKit
import Testing

/// Whoever lists and then watches from the list's place knows every state, whenever the control plane is killed.
@Suite(.onLoop, .serialized) struct WatchKillTests {
    @Test(
        .timeLimit(.minutes(20)), arguments: [MutationKillTests.Store.system, .unsynchronisedIsLost])
    @LoopActor func listAndWatchMissNothingOverKills(on store: MutationKillTests.Store) async throws {
        let rounds = TestEnvironment.count(short: 6, long: 100)
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        var random = SeededRandom(seed: 20_261_127)
        let writers = (0..<3).map { ClusterWriter(programs, name: "w\($0)", seed: UInt64($0)) }
        let watcher = ClusterWatcher(programs, seed: 10)
        let forgetful = ClusterWatcher(programs, seed: 11, relistsAfter: 40)
        try await programs.startControlPlane(store.environment(life: 0))
        let watching = [watcher, forgetful].map { watcher in Task { @LoopActor in await watcher.run() } }
        defer { for task in watching { task.cancel() } }
        try await programs.eventually("both have listed and watch") {
            watcher.streams > 0 && forgetful.streams > 0
        }
        for round in 1...rounds {
            async let ended: Void = Self.write(writers, atMost: .max)
            try await LoopActor.sleep(milliseconds: Int64(random.nextRandom() % 400))
            try programs.killControlPlane()
            await ended
            try await programs.startControlPlane(store.environment(life: round))
        }
        await Self.write(writers, atMost: 5)
        try await programs.eventually("both watchers know what the lists tell") {
            let (now, place) = try await ClusterPortrait.listed(programs)
            return [watcher, forgetful].allSatisfy { $0.known == now && $0.place == place }
        }
        #expect(watcher.faults.isEmpty && forgetful.faults.isEmpty, "\(watcher.faults + forgetful.faults)")
        for (change, times) in writers.flatMap(\.acknowledged) {
            #expect(watcher.told[change, default: 0] >= times, "\(change) was acknowledged \(times) times")
        }
        print(
            "\(store.rawValue): \(rounds) kills -9, \(writers.flatMap(\.acknowledged).count) names changed,",
            "\(writers.map(\.unanswered).reduce(0, +)) changes without an answer,",
            "\(watcher.told.values.reduce(0, +)) events in \(watcher.streams) and \(forgetful.streams) streams"
        )
        #expect(watcher.streams > rounds / 2 && forgetful.streams > rounds / 2)
    }

    @LoopActor private static func write(_ writers: [ClusterWriter], atMost limit: Int) async {
        async let first: Void = writers[0].write(atMost: limit)
        async let second: Void = writers[1].write(atMost: limit)
        async let third: Void = writers[2].write(atMost: limit)
        _ = await (first, second, third)
    }
}
