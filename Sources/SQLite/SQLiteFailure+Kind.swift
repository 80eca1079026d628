internal import CSQLite

extension SQLiteFailure {
    /// The families of failure that callers tell apart; the raw value is the stable word for them.
    public enum Kind: String, Sendable, CaseIterable {
        /// The medium has no room.
        case full = "storage_full"
        /// The medium failed to read or write.
        case inputOutput = "storage_io"
        /// The file is damaged.
        case corrupt = "storage_corrupt"
        /// The file is something else.
        case notADatabase = "not_a_database"
        /// A row with this key exists.
        case uniqueViolation = "unique_violation"
        /// A row that is referred to is missing.
        case foreignKeyViolation = "foreign_key_violation"
        /// Another rule of the schema refused the row.
        case constraintViolation = "constraint_violation"
        /// Another connection holds the lock.
        case busy = "database_locked"
        /// The statement was stopped from outside.
        case interrupted = "interrupted"
        /// The file or the connection does not allow writing.
        case readOnly = "read_only"
        /// The file could not be opened or created.
        case cannotOpen = "cannot_open"
        /// A value is larger than SQLite allows.
        case tooBig = "too_big"
        /// Memory is gone.
        case outOfMemory = "out_of_memory"
        /// The statement is wrong: its text, its values or its use.
        case misuse = "misuse"
        /// SQLite reported something else.
        case other = "sqlite_error"
        /// A stored value does not have the type its reader expects.
        case wrongType = "wrong_type"
        /// A read took longer than it may.
        case deadlineExceeded = "deadline_exceeded"
        /// A read returned more rows than it may.
        case rowLimitExceeded = "row_limit_exceeded"
        /// A newer program wrote this database.
        case schemaTooNew = "schema_too_new"
        /// The recorded migrations are not the ones this program knows.
        case schemaMismatch = "schema_mismatch"
        /// A migration failed and was rolled back.
        case migrationFailed = "migration_failed"
        /// A commit failed; changes are refused until the store has recovered.
        case storageUnavailable = "storage_unavailable"
        /// So little room is left that changes are refused before the medium is full.
        case reserve = "storage_reserve"
        /// An online copy is being made already.
        case backupRunning = "backup_running"
        /// Too much waits already.
        case storageBusy = "storage_busy"
        /// The database was closed.
        case closed = "storage_closed"

        init(resultCode: Int32) {
            self = Self.families[resultCode & 0xFF] ?? .other
            guard self == .constraintViolation else { return }
            switch resultCode {
            case 19 | 6 << 8, 19 | 8 << 8, 19 | 10 << 8: self = .uniqueViolation
            case 19 | 3 << 8: self = .foreignKeyViolation
            default: break
            }
        }

        private static let families: [Int32: Kind] = [
            SQLITE_FULL: .full, SQLITE_IOERR: .inputOutput, SQLITE_CORRUPT: .corrupt,
            SQLITE_NOTADB: .notADatabase, SQLITE_CONSTRAINT: .constraintViolation, SQLITE_BUSY: .busy,
            SQLITE_LOCKED: .busy, SQLITE_INTERRUPT: .interrupted, SQLITE_READONLY: .readOnly,
            SQLITE_CANTOPEN: .cannotOpen, SQLITE_PERM: .cannotOpen, SQLITE_TOOBIG: .tooBig,
            SQLITE_NOMEM: .outOfMemory, SQLITE_MISUSE: .misuse, SQLITE_RANGE: .misuse, SQLITE_ERROR: .misuse,
        ]
    }

    /// Reads the failure of the last call on `database`.
    init(code: Int32, database: OpaquePointer?, operation: String) {
        let message = database.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        self.init(
            Kind(resultCode: code), operation: operation,
            detail: message.map { String(cString: $0) } ?? "result code \(code)", extendedCode: code)
    }

    /// Reads the failure of the last system call.
    static func system(_ kind: Kind, operation: String) -> SQLiteFailure {
        SQLiteFailure(kind, operation: operation, detail: SystemError.text(of: SystemError.current))
    }
}
