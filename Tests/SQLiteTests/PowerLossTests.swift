import EventLoop
import LossyStore
import Model
import SQLite
import TestKit
import Testing

/// The power goes at any moment: what was acknowledged is there, and the file is whole.
@Suite(.onLoop, .serialized) struct PowerLossTests {
    /// What a loss of power left behind.
    private struct Remains {
        /// Acknowledged rows that are gone.
        var missing = 0
        /// Writes that were not synchronised and got lost.
        var lostWrites = 0
    }

    @Test @LoopActor func whatWasAcknowledgedSurvivesThePower() async throws {
        let remains = try await Self.cutsWhileWriting(TestEnvironment.count(short: 60, long: 600), "FULL")
        #expect(remains.missing == 0)
    }

    /// The same without synchronisation: this test can see what it is there to see.
    @Test @LoopActor func withoutSynchronisationTheSameLoadLosesRows() async throws {
        let remains = try await Self.cutsWhileWriting(20, "OFF")
        #expect(remains.missing > 0)
        #expect(remains.lostWrites > 0)
    }

    @LoopActor private static func cutsWhileWriting(_ cuts: Int, _ synchronous: String) async throws
        -> Remains
    {
        try #require(lossy_store_register() == 0)
        var random = SeededRandom(seed: 41)
        var remains = Remains()
        try await WorkerFixture.run({ options in
            options.connection.fileLayer = "lossy"
            // Checkpoints belong to the load: they are what moves acknowledged rows between two files.
            options.checkpointBytes = 65_536
        }) { fixture in
            try await fixture.worker.perform { _ = try $0.execute("PRAGMA synchronous=\(synchronous)") }
            var acknowledged = 0
            for _ in 0..<cuts {
                for _ in 0..<(1 + random.nextRandom() % 4) {
                    try await fixture.worker.commit(WorkerFixture.insert(acknowledged, bytes: 3_000))
                    acknowledged += 1
                }
                // In the middle of a transaction: the hold stands before COMMIT.
                let isMidway = random.nextRandom() % 2 == 0
                if isMidway {
                    fixture.hold.holdNext()
                    try fixture.worker.submit(WorkerFixture.insert(acknowledged, bytes: 30_000))
                    await fixture.hold.waitUntilHeld()
                }
                let seed = random.nextRandom() % 3 == 0 ? 0 : random.nextRandom()
                try look(at: fixture.folder, seed, acknowledged, &remains)
                guard isMidway else { continue }
                fixture.hold.letGo()
                try await fixture.worker.barrier.wait(for: fixture.worker.barrier.sequence)
                acknowledged += 1
            }
        }
        return remains
    }

    @LoopActor private static func look(
        at folder: DatabaseFolder, _ seed: UInt64, _ acknowledged: Int, _ remains: inout Remains
    ) throws {
        let after = try DatabaseFolder()
        defer { unsafe lossy_store_forget(after.path) }
        for (name, salt) in [("", 0), ("-wal", 1)] as [(String, UInt64)] {
            let lost = unsafe lossy_store_cut(
                folder.database + name, after.database + name, seed == 0 ? 0 : seed &+ salt)
            try #require(lost != -1)
            remains.lostWrites += max(0, lost)
        }
        guard let connection = try? after.open() else {
            remains.missing += acknowledged
            return
        }
        defer { connection.close() }
        guard let faults = try? connection.faults(), faults.isEmpty,
            let ids = try? connection.query("SELECT id FROM item", [], { try $0.int(0) })
        else {
            remains.missing += acknowledged
            return
        }
        remains.missing += Set(0..<acknowledged).subtracting(ids).count
    }
}
