internal import CSQLite

extension Connection {
    /// Whether a transaction is open.
    public var isInTransaction: Bool { isOpen && sqlite3_get_autocommit(database) == 0 }

    /// Runs `body` in a writing transaction: all of it happens, or nothing.
    ///
    /// - Parameters:
    ///   - beforeCommit: Called on this thread between the last statement and the commit.
    ///   - body: The statements; what it throws rolls back.
    /// - Returns: What `body` returns.
    /// - Throws: What `body`, `beforeCommit` or the commit throws.
    public func transaction<Value>(
        beforeCommit: (() throws -> Void)? = nil, _ body: () throws -> Value
    ) throws -> Value {
        // IMMEDIATE takes the write lock at once: a later upgrade could fail half-way with SQLITE_BUSY.
        try execute("BEGIN IMMEDIATE")
        do {
            let value = try body()
            try beforeCommit?()
            try execute("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs `body` on one state of the database, without a right to write: it works on a full or read-only disk.
    ///
    /// - Parameter body: The reads.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or what SQLite says.
    public func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        try execute("BEGIN")
        defer { rollBack() }
        return try body()
    }

    /// Runs `body` so that a failure undoes only its own statements.
    ///
    /// - Parameter body: The statements, inside an open transaction.
    /// - Throws: What `body` throws; the outer transaction stays open unless SQLite ended it.
    public func savepoint(_ body: () throws -> Void) throws {
        try execute("SAVEPOINT piece")
        do {
            try body()
            try execute("RELEASE piece")
        } catch {
            if isInTransaction {
                try execute("ROLLBACK TO piece")
                try execute("RELEASE piece")
            }
            throw error
        }
    }

    /// Ends an open transaction without its changes.
    ///
    /// "If a transaction was rolled back automatically, an explicit ROLLBACK is harmless": it is skipped here.
    /// A rollback that fails leaves `isInTransaction` true, which the next writer sees.
    public func rollBack() {
        guard isInTransaction else { return }
        do { try execute("ROLLBACK") } catch { return }
    }

    /// How large the write-ahead log was after the last commit.
    public var logBytes: Int64 { Int64(signals.logFrames) * SQLiteLimits.logFrameBytes }

    /// Moves what the write-ahead log holds into the database file, without waiting for readers.
    ///
    /// - Returns: Whether everything was moved.
    /// - Throws: What SQLite says.
    @discardableResult
    public func checkpoint() throws(SQLiteFailure) -> Bool {
        var frames: Int32 = 0
        var moved: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(database, nil, SQLITE_CHECKPOINT_PASSIVE, &frames, &moved)
        guard code == SQLITE_OK else {
            throw SQLiteFailure(code: code, database: database, operation: "checkpoint \(path)")
        }
        return frames == moved
    }
}
