extension Connection {
    /// Gives pages that deleted rows left back to the disk, a bounded number at a time.
    ///
    /// The file keeps `SQLiteLimits.keptFreePages`, or a quarter of itself, for rows to come. Files made before the
    /// program asked for incremental vacuum keep their high-water mark; their free pages are used again.
    ///
    /// - Throws: What SQLite says.
    public func giveBackFreePages() throws {
        let mode = try first("PRAGMA auto_vacuum") { try $0.int(0) }
        guard mode == 2, backup == nil else { return }
        let free = try first("PRAGMA freelist_count") { try $0.int(0) } ?? 0
        let pages = try first("PRAGMA page_count") { try $0.int(0) } ?? 0
        guard free > SQLiteLimits.keptFreePages, free > pages / 4 else { return }
        try execute("PRAGMA incremental_vacuum(\(SQLiteLimits.trimmedPages))")
    }

    /// What is wrong with the file; empty when it is whole.
    ///
    /// - Parameter isThorough: Whether indexes and keys are compared too, which takes longer.
    /// - Returns: A few sentences of SQLite's.
    /// - Throws: What SQLite says.
    public func faults(isThorough: Bool = true) throws -> [String] {
        let check = isThorough ? "integrity_check" : "quick_check"
        let words = try query("PRAGMA \(check)(\(SQLiteLimits.toldFaults))") { try $0.string(0) }
        var faults = words.filter { $0 != "ok" }
        guard isThorough else { return faults }
        let broken = try query("PRAGMA foreign_key_check") { try $0.string(0) }
        if let table = broken.first {
            faults.append("\(broken.count) rows refer to missing ones, the first in table \(table)")
        }
        return faults
    }
}
