public import EventLoop

/// A request body that its handler reads piece by piece; what is not read makes the client wait.
@LoopActor
public final class RequestBody {
    private let gate = Gate()
    private let limitBytes: Int
    private var buffer: [UInt8] = []
    private var isComplete = false
    private var failure: (any Error)?
    /// Tells the connection that there is room again.
    var onRoom: (@LoopActor () -> Void)?

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Waits for bytes and takes all there are; nil at the end of the body.
    ///
    /// Throws when the client breaks off, stalls longer than the server's body deadline, or passes the limit.
    public func next() async throws -> [UInt8]? {
        try await gate.until { !buffer.isEmpty || isComplete || failure != nil }
        if buffer.isEmpty {
            if let failure { throw failure }
            return nil
        }
        let bytes = buffer
        buffer = []
        onRoom?()
        return bytes
    }

    var isFull: Bool { buffer.count >= limitBytes }

    func append(_ bytes: Span<UInt8>) {
        for at in bytes.indices { buffer.append(bytes[at]) }
        gate.changed()
    }

    func complete() {
        isComplete = true
        onRoom = nil
        gate.changed()
    }

    func fail(_ error: any Error) {
        guard !isComplete, failure == nil else { return }
        failure = error
        onRoom = nil
        gate.changed()
    }
}
