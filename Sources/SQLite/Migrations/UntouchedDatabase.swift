/// Reads a database without leaving a trace on it or beside it.
enum UntouchedDatabase {
    /// Calls `body` with a connection to what is at `path`, or nil when there is no database yet.
    static func read<Value>(at path: String, _ body: (Connection?) throws -> Value) throws -> Value {
        guard let size = try DatabaseFile.size(of: path) else { return try body(nil) }
        let pieces = try DatabaseFile.companions.filter { try (DatabaseFile.size(of: path + $0) ?? 0) > 0 }
        let unfinished = pieces.filter { $0 != "-shm" }
        guard size > 0 || !unfinished.isEmpty else { return try body(nil) }
        // An immutable connection ignores the log, so it is right only when there is none to read.
        guard !unfinished.isEmpty else {
            return try open(ConnectionOptions(path: path, access: .immutable), body)
        }
        return try readCopy(of: path, with: unfinished, body)
    }

    private static func readCopy<Value>(
        of path: String, with pieces: [String], _ body: (Connection?) throws -> Value
    ) throws -> Value {
        let folder = try DatabaseFile.temporaryFolder()
        let copy = "\(folder)/database"
        let result: Result<Value, any Error> = Result {
            // The log is copied last: a checkpoint between the two moves pages the log still has.
            for piece in [""] + pieces { try DatabaseFile.copy(path + piece, to: copy + piece) }
            return try open(ConnectionOptions(path: copy), body)
        }
        for piece in [""] + DatabaseFile.companions { try DatabaseFile.remove(copy + piece) }
        try DatabaseFile.removeFolder(folder)
        return try result.get()
    }

    private static func open<Value>(
        _ options: ConnectionOptions, _ body: (Connection?) throws -> Value
    ) throws -> Value {
        let connection = try Connection(options)
        defer { connection.close() }
        return try body(connection)
    }
}
