internal import CSQLite

/// Page-by-page copies of a database.
enum DatabaseCopy {
    /// Writes a copy of what `connection` sees, with mode 0600, durable before its name appears.
    ///
    /// An older file at `target` is replaced: it is the copy of a run that did not get further.
    static func write(_ connection: Connection, to target: String) throws(SQLiteFailure) {
        let partial = target + ".partial"
        try DatabaseFile.remove(partial)
        do throws(SQLiteFailure) {
            try DatabaseFile.createPrivately(at: partial)
            try copyPages(from: connection, to: partial)
            try DatabaseFile.synchronize(partial)
            try DatabaseFile.rename(partial, to: target)
        } catch {
            try DatabaseFile.remove(partial)
            throw SQLiteFailure(
                error.kind, operation: "copy \(connection.path) to \(target)", detail: error.detail,
                extendedCode: error.extendedCode, cause: error)
        }
    }

    private static func copyPages(from connection: Connection, to path: String) throws(SQLiteFailure) {
        var target: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let opened = sqlite3_open_v2(path, &target, flags, nil)
        defer { sqlite3_close_v2(target) }
        guard opened == SQLITE_OK, let target else {
            throw SQLiteFailure(code: opened, database: target, operation: "open \(path)")
        }
        guard let backup = sqlite3_backup_init(target, "main", connection.database, "main") else {
            throw SQLiteFailure(
                code: sqlite3_extended_errcode(target), database: target, operation: "copy to \(path)")
        }
        let stepped = sqlite3_backup_step(backup, -1)
        let finished = sqlite3_backup_finish(backup)
        guard stepped == SQLITE_DONE, finished == SQLITE_OK else {
            let code = stepped == SQLITE_DONE ? finished : stepped
            throw SQLiteFailure(code: code, database: nil, operation: "copy to \(path)")
        }
    }
}
