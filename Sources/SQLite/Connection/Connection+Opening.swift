internal import CSQLite

extension Connection {
    static func openHandle(_ options: ConnectionOptions) throws(SQLiteFailure) -> OpaquePointer {
        var handle: OpaquePointer?
        let (name, flags) = nameAndFlags(options)
        let code = sqlite3_open_v2(name, &handle, flags, options.fileLayer)
        guard code == SQLITE_OK, let handle else {
            let failure = SQLiteFailure(code: code, database: handle, operation: "open \(options.path)")
            // "Whether or not an error occurs when it is opened, resources should be released."
            sqlite3_close_v2(handle)
            throw failure
        }
        return handle
    }

    func configure(_ options: ConnectionOptions) throws(SQLiteFailure) {
        sqlite3_busy_timeout(database, Int32(clamping: options.busyTimeoutMilliseconds))
        try execute("PRAGMA trusted_schema=OFF")
        try execute("PRAGMA cache_size=-\(options.cacheKibibytes)")
        try execute("PRAGMA foreign_keys=ON")
        guard options.access == .readWrite else {
            try execute("PRAGMA query_only=ON")
            return
        }
        try execute("PRAGMA page_size=4096")
        // Of a new file only: rows that are deleted later can then be given back to the disk in small steps.
        try execute("PRAGMA auto_vacuum=INCREMENTAL")
        try useWriteAheadLog()
        try execute("PRAGMA synchronous=FULL")
        try execute("PRAGMA wal_autocheckpoint=0")
        try execute("PRAGMA secure_delete=OFF")
        try execute("PRAGMA journal_size_limit=\(SQLiteLimits.keptLogBytes)")
    }

    private func useWriteAheadLog() throws(SQLiteFailure) {
        let mode: String?
        do {
            mode = try first("PRAGMA journal_mode=WAL") { try $0.string(0) }
        } catch let failure as SQLiteFailure {
            throw failure
        } catch {
            throw SQLiteFailure(
                .other, operation: "open \(path)", detail: "reading a mode failed", cause: error)
        }
        guard mode == "wal" else {
            throw SQLiteFailure(
                .cannotOpen, operation: "open \(path)",
                detail: "the file system cannot hold a write-ahead log (mode \(mode ?? "unknown"))")
        }
    }

    private static func nameAndFlags(_ options: ConnectionOptions) -> (String, Int32) {
        let common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        switch options.access {
        // The file exists already, created with its mode.
        case .readWrite: return (options.path, common | SQLITE_OPEN_READWRITE)
        case .readOnly: return (options.path, common | SQLITE_OPEN_READONLY)
        case .immutable:
            let address = "file:\(DatabaseFile.percentEncoded(options.path))?immutable=1"
            return (address, common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
        }
    }
}
