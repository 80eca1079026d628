import EventLoop

extension DatabaseWorker {
    /// Copies the database into a new file while it is being written, in steps between commits.
    ///
    /// The copy shows one committed state: the one of its last step. The writer waits for one step at most, which takes
    /// about a millisecond. The file has mode 0600, is durable and was checked when this returns; when it fails,
    /// nothing is left at `path`.
    ///
    /// - Parameters:
    ///   - path: Where the copy goes; what is there is replaced.
    ///   - deadlineMilliseconds: How long it may take in all.
    /// - Throws: `backup_running`, `deadline_exceeded`, what SQLite says, or `CancellationError`.
    public func backUp(
        to path: String, deadlineMilliseconds: Int64 = SQLiteLimits.backupMilliseconds
    ) async throws {
        guard !isBackingUp else {
            throw SQLiteFailure(.backupRunning, operation: "copy", detail: "a copy is being made already")
        }
        isBackingUp = true
        defer { isBackingUp = false }
        do {
            try await copy(to: path, deadlineMilliseconds)
        } catch {
            // Cancelled or not, the half copy must not stay, neither in the connection nor on the disk.
            try? await LoopTask.uncancelled {
                try? await self.performNow { $0.backup = nil }
                try await BlockingPool.run { try DatabaseFile.remove(path) }
            }
            throw error
        }
    }

    private func copy(to path: String, _ deadlineMilliseconds: Int64) async throws {
        let end = EventLoop.hrtimeNanoseconds + UInt64(max(0, deadlineMilliseconds)) * 1_000_000
        try await perform { connection in
            try DatabaseFile.remove(path)
            try DatabaseFile.createPrivately(at: path)
            connection.backup = try DatabaseBackup(of: connection.database, to: path)
        }
        var unsynchronized = 0
        while try await performNow({ try $0.stepBackup() }) > 0 {
            guard EventLoop.hrtimeNanoseconds < end else {
                throw SQLiteFailure(
                    .deadlineExceeded, operation: "copy to \(path)",
                    detail: "the copy took longer than \(deadlineMilliseconds) ms")
            }
            unsynchronized += SQLiteLimits.backupStepPages
            if unsynchronized >= SQLiteLimits.backupSyncPages {
                unsynchronized = 0
                // Little by little: one large synchronisation at the end would hold up the commits of that moment.
                try await BlockingPool.run { try DatabaseFile.synchronize(path) }
            }
            try await LoopActor.sleep(milliseconds: SQLiteLimits.backupPauseMilliseconds)
        }
        try await performNow { connection in
            defer { connection.backup = nil }
            try connection.backup?.finish()
        }
        try await BlockingPool.run {
            try DatabaseFile.synchronize(path)
            try BackupFile.checkQuickly(path)
        }
    }
}

extension Connection {
    /// Copies the next pages; what is left.
    func stepBackup() throws(SQLiteFailure) -> Int {
        guard let backup else {
            throw SQLiteFailure(.closed, operation: "copy", detail: "the copy was given up")
        }
        return try backup.step(pages: SQLiteLimits.backupStepPages)
    }
}
