/// What went wrong in the database or in front of it.
public struct SQLiteFailure: Error, Sendable, CustomStringConvertible {
    /// The family of the failure, for decisions.
    public let kind: Kind
    /// SQLite's extended result code; 0 when SQLite was not asked.
    public let extendedCode: Int32
    /// What was being done.
    public let operation: String
    /// What is known beyond the family, in words for an operator.
    public let detail: String
    /// The failure underneath, if another one led here.
    public let cause: (any Error)?

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - kind: The family.
    ///   - operation: What was being done.
    ///   - detail: What is known beyond the family.
    ///   - extendedCode: SQLite's extended result code, if there is one.
    ///   - cause: The failure underneath.
    public init(
        _ kind: Kind, operation: String, detail: String, extendedCode: Int32 = 0, cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.operation = operation
        self.detail = detail
        self.extendedCode = extendedCode
        self.cause = cause
    }

    /// A stable word for logs, metrics and error bodies.
    public var code: String { kind.rawValue }

    /// Whether the same request may succeed later without a change to it.
    public var retryable: Bool {
        switch kind {
        case .full, .inputOutput, .busy, .interrupted, .outOfMemory, .deadlineExceeded, .storageUnavailable,
            .storageBusy, .reserve, .backupRunning:
            true
        default: false
        }
    }

    /// Whether the medium or its quota has no room.
    public var isFull: Bool { kind == .full }
    /// Whether the medium failed to read or write.
    public var isInputOutput: Bool { kind == .inputOutput }
    /// Whether the file is damaged or no database: nothing in this process can repair that.
    public var isCorrupt: Bool { kind == .corrupt || kind == .notADatabase }
    /// Whether a declared rule of the schema refused the change.
    public var isConstraint: Bool {
        kind == .uniqueViolation || kind == .foreignKeyViolation || kind == .constraintViolation
    }

    /// The failure in one line, without its cause.
    public var description: String { "\(operation): \(detail) (\(code))" }
}
