internal import CSQLite
import Glibc

/// What SQLite's callbacks read and record for one connection.
///
/// SQLite holds it unretained in its user slots; the connection owns it and outlives every statement. The
/// callbacks run inside the connection's own calls, on the thread of the job that has it.
final class ConnectionSignals {
    /// Frames in the write-ahead log after the last commit.
    var logFrames = 0
    /// When the running read must end, on the monotonic clock; 0 for never.
    var deadlineNanoseconds: UInt64 = 0

    func install(on database: OpaquePointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        // Must follow `PRAGMA wal_autocheckpoint=0`, which takes this hook away.
        sqlite3_wal_hook(
            database,
            { context, _, _, frames in
                ConnectionSignals.recover(context)?.logFrames = Int(frames)
                return SQLITE_OK
            }, context)
        sqlite3_progress_handler(
            database, SQLiteLimits.progressInstructions,
            { context in ConnectionSignals.recover(context)?.isLate == true ? 1 : 0 }, context)
    }

    var isLate: Bool { deadlineNanoseconds != 0 && Self.now >= deadlineNanoseconds }

    /// The monotonic clock, read here because the loop's time belongs to the loop's thread.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func recover(_ context: UnsafeMutableRawPointer?) -> ConnectionSignals? {
        context.map { Unmanaged<ConnectionSignals>.fromOpaque($0).takeUnretainedValue() }
    }
}
