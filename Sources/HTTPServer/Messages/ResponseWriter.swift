public import EventLoop

/// Writes the body of a streaming response; waits while the client does not keep up.
@LoopActor
public final class ResponseWriter {
    private let gate = Gate()
    private let send: @LoopActor ([UInt8]) -> Void
    private let queuedBytes: @LoopActor () -> Int
    private let limitBytes: Int
    private var failure: (any Error)?

    init(
        send: @escaping @LoopActor ([UInt8]) -> Void, queuedBytes: @escaping @LoopActor () -> Int,
        limitBytes: Int
    ) {
        self.send = send
        self.queuedBytes = queuedBytes
        self.limitBytes = limitBytes
    }

    /// Sends bytes, then waits until the queue for the client is below its bound; throws when the client is gone.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - limitBytes: A lower bound of the queue, for answers of which many may stand still; nil is the server's own.
    /// - Throws: Why nothing can be written any more.
    public func write(_ bytes: [UInt8], limitBytes: Int? = nil) async throws {
        try writeNow(bytes)
        let limit = min(limitBytes ?? .max, self.limitBytes)
        try await gate.until { failure != nil || queuedBytes() < limit }
        if let failure { throw failure }
    }

    /// Sends text.
    public func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// Sends bytes without waiting: false when the client is behind, so that the caller can cut it or wait.
    @discardableResult
    public func writeNow(_ bytes: [UInt8]) throws -> Bool {
        if let failure { throw failure }
        send(bytes)
        return queuedBytes() < limitBytes
    }

    /// True once the client is gone.
    public var isBroken: Bool { failure != nil }

    func drained() { gate.changed() }

    func fail(_ error: any Error) {
        guard failure == nil else { return }
        failure = error
        gate.changed()
    }
}
