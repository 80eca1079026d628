internal import CSQLite

/// A copy of an open database that is made page by page, from its writing connection.
///
/// What the same connection writes between two steps goes into the copy too; "if the source database is modified by
/// an external process" the copy would begin anew instead. Ownership: owns the copy's `sqlite3` and the
/// `sqlite3_backup`, and ends both when the last reference goes. It belongs to the job that has the connection.
final class DatabaseBackup {
    private let target: OpaquePointer
    private var handle: OpaquePointer?
    private let path: String

    init(of source: OpaquePointer, to path: String) throws(SQLiteFailure) {
        var target: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let opened = sqlite3_open_v2(path, &target, flags, nil)
        guard opened == SQLITE_OK, let target else {
            let failure = SQLiteFailure(code: opened, database: target, operation: "open \(path)")
            sqlite3_close_v2(target)
            throw failure
        }
        // A copy that is not finished is thrown away, so it needs no journal; it is made durable from outside.
        let pragmas =
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-\(SQLiteLimits.backupCacheKibibytes)"
        sqlite3_exec(target, pragmas, nil, nil, nil)
        guard let handle = sqlite3_backup_init(target, "main", source, "main") else {
            let code = sqlite3_extended_errcode(target)
            let failure = SQLiteFailure(code: code, database: target, operation: "copy to \(path)")
            sqlite3_close_v2(target)
            throw failure
        }
        self.target = target
        self.handle = handle
        self.path = path
    }

    deinit {
        if let handle { sqlite3_backup_finish(handle) }
        sqlite3_close_v2(target)
    }

    /// Copies some pages.
    ///
    /// - Returns: How many are left.
    func step(pages: Int) throws(SQLiteFailure) -> Int {
        guard let handle else { return 0 }
        let code = sqlite3_backup_step(handle, Int32(clamping: pages))
        switch code {
        case SQLITE_OK: return Int(sqlite3_backup_remaining(handle))
        case SQLITE_DONE: return 0
        // "SQLITE_BUSY or SQLITE_LOCKED: the call may be retried later": another step comes.
        case SQLITE_BUSY, SQLITE_LOCKED: return max(1, Int(sqlite3_backup_remaining(handle)))
        default: throw SQLiteFailure(code: code, database: nil, operation: "copy to \(path)")
        }
    }

    /// Closes a copy that is whole.
    func finish() throws(SQLiteFailure) {
        guard let handle else { return }
        self.handle = nil
        let code = sqlite3_backup_finish(handle)
        guard code == SQLITE_OK else {
            throw SQLiteFailure(code: code, database: target, operation: "copy to \(path)")
        }
    }
}
