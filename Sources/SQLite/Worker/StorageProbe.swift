/// Shows with a durable write whether a store takes changes.
enum StorageProbe {
    /// Commits a row that needs new pages, and removes it again.
    ///
    /// One small row would prove little: it may fit into a page that exists.
    static func write(to connection: Connection) throws {
        connection.rollBack()
        try connection.transaction {
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS storage_probe (id INTEGER PRIMARY KEY, filler BLOB) STRICT")
            try connection.execute(
                "INSERT OR REPLACE INTO storage_probe VALUES (1, zeroblob(?))",
                [.integer(Int64(SQLiteLimits.probeBytes))])
        }
        try connection.execute("DELETE FROM storage_probe")
    }
}
