import EventLoop
import Model
import SQLite

/// Keeps operators' changes out before the disk is full, so that what the cluster does by itself can still be stored.
///
/// The file system is asked when somebody wants to change something, at most once in `reserveLookMilliseconds`:
/// no timer, and nothing to heal by hand.
@LoopActor
final class StorageReserve {
    /// How much room there is, for a path; nil when the file system does not say.
    typealias Measure = @LoopActor (String) -> Int64?

    let reserveBytes: Int64
    private let path: String
    private let measure: Measure
    private var lookedAt = Int64.min
    private var freeBytes = Int64.max

    init(path: String, reserveBytes: Int64, measure: Measure? = nil) {
        self.path = path
        self.reserveBytes = reserveBytes
        self.measure = measure ?? { try? FileIO.space(at: $0).freeBytes }
    }

    /// Why changes are refused; nil while there is room.
    var shortage: SQLiteFailure? {
        look()
        guard freeBytes < reserveBytes else { return nil }
        return SQLiteFailure(
            .reserve, operation: "store",
            detail: "\(Self.mebibytes(freeBytes)) are free where \(path) is, less than the reserve of "
                + "\(Self.mebibytes(reserveBytes)) (FLEDX_CP_STORAGE_RESERVE_BYTES)")
    }

    /// Whether so much is free beyond the reserve.
    func hasRoom(for bytes: Int64) -> SQLiteFailure? {
        lookedAt = .min
        look()
        guard freeBytes - reserveBytes < bytes else { return nil }
        return SQLiteFailure(
            .reserve, operation: "store",
            detail:
                "\(Self.mebibytes(bytes)) are needed where \(path) is, \(Self.mebibytes(freeBytes)) are free, "
                + "\(Self.mebibytes(reserveBytes)) of them reserved (FLEDX_CP_STORAGE_RESERVE_BYTES)")
    }

    private func look() {
        let now = EventLoop.now.milliseconds
        guard lookedAt == .min || now - lookedAt >= ControlPlaneLimits.reserveLookMilliseconds else { return }
        lookedAt = now
        freeBytes = measure(path) ?? .max
    }

    private static func mebibytes(_ bytes: Int64) -> String { "\(max(0, bytes) >> 20) MiB" }
}
