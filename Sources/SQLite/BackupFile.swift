/// Copies of a database as files: making one from outside, looking at one, putting one in place.
public enum BackupFile {
    /// Copies a database that another process may be writing; the copy shows one committed state.
    ///
    /// - Parameters:
    ///   - path: The database.
    ///   - target: Where the copy goes, with mode 0600; what is there is replaced once the copy is whole.
    ///   - finish: Changes the copy before it gets its name.
    /// - Throws: What SQLite says; then nothing is left at `target`, or what was there before.
    public static func copy(
        _ path: String, to target: String, finish: (Connection) throws -> Void = { _ in }
    ) throws {
        // One call copies everything inside one read transaction: a writer beside it neither waits nor matters.
        try copy(ConnectionOptions(path: path, access: .readOnly), to: target, finish)
    }

    /// Copies a finished copy, without leaving a trace on it or beside it.
    ///
    /// - Parameters:
    ///   - path: The copy.
    ///   - target: Where the new one goes, with mode 0600.
    ///   - finish: Changes the new one before it gets its name.
    /// - Throws: What SQLite says; then nothing is left at `target`, or what was there before.
    public static func copyFinished(
        _ path: String, to target: String, finish: (Connection) throws -> Void
    ) throws {
        try copy(ConnectionOptions(path: path, access: .immutable), to: target, finish)
    }

    private static func copy(
        _ options: ConnectionOptions, to target: String, _ finish: (Connection) throws -> Void
    ) throws {
        let partial = target + ".partial"
        try remove(partial)
        do {
            let source = try Connection(options)
            defer { source.close() }
            try DatabaseCopy.write(source, to: partial)
            try change(partial, finish)
            try checkQuickly(partial)
            try DatabaseFile.rename(partial, to: target)
        } catch {
            try? remove(partial)
            throw error
        }
    }

    /// Runs `body` on a file that nobody else has open, and leaves it as one file without companions.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - body: The changes.
    /// - Throws: What `body` throws, or what SQLite says.
    public static func change(_ path: String, _ body: (Connection) throws -> Void) throws {
        let connection = try Connection(ConnectionOptions(path: path))
        do {
            try body(connection)
            // Without waiting for anybody: nobody else has the file.
            try connection.checkpoint()
            connection.close()
        } catch {
            connection.close()
            throw error
        }
        // The last connection has moved the log into the file and removed it.
        for companion in DatabaseFile.companions { try DatabaseFile.remove(path + companion) }
        try DatabaseFile.synchronize(path)
    }

    /// Reads a finished copy without leaving a trace on it or beside it.
    ///
    /// - Parameters:
    ///   - path: The copy.
    ///   - body: The reads.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or what SQLite says.
    public static func read<Value>(_ path: String, _ body: (Connection) throws -> Value) throws -> Value {
        let connection = try Connection(ConnectionOptions(path: path, access: .immutable))
        defer { connection.close() }
        return try body(connection)
    }

    /// Puts a prepared file in the place of a database that nobody has open; the database stays, beside it.
    ///
    /// At every moment there is a database at `path`: a start in between never finds an empty place.
    ///
    /// - Parameters:
    ///   - path: The database.
    ///   - prepared: The file that becomes the database, on the same file system.
    ///   - aside: The name the replaced database gets, its log beside it.
    /// - Throws: What the system says.
    public static func replace(_ path: String, with prepared: String, keepingAs aside: String) throws {
        if try DatabaseFile.size(of: path) != nil {
            try DatabaseFile.link(path, as: aside)
            if try DatabaseFile.size(of: path + "-wal") != nil {
                try DatabaseFile.rename(path + "-wal", to: aside + "-wal")
            }
        }
        for companion in DatabaseFile.companions { try DatabaseFile.remove(path + companion) }
        try DatabaseFile.rename(prepared, to: path)
    }

    /// Removes a file and what SQLite may have left beside it.
    ///
    /// - Parameter path: The file.
    /// - Throws: What the system says.
    public static func remove(_ path: String) throws {
        for piece in [""] + DatabaseFile.companions { try DatabaseFile.remove(path + piece) }
    }

    static func checkQuickly(_ path: String) throws {
        guard let fault = try read(path, { try $0.faults(isThorough: false) }).first else { return }
        throw SQLiteFailure(.corrupt, operation: "check the copy \(path)", detail: fault)
    }
}
