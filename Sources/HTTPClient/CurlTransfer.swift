internal import EventLoop
internal import Model

/// One exchange: what its callbacks recorded and the one task that waits for it.
///
/// The callbacks only record; the driver calls `wake` when libcurl has returned.
@LoopActor
final class CurlTransfer {
    enum Outcome {
        case running
        case ended
        case failed(HTTPClientFailure)
        case cancelled
    }

    let request: HTTPClientRequest
    let isStreamed: Bool
    let bodyLimit: Int
    let startedAt: MonotonicInstant
    var easy: CurlEasy?
    weak var driver: CurlDriver?

    // Response, written by the callbacks.
    var collector = ResponseHeadCollector()
    var received: [UInt8] = []
    var receivedTotal = 0
    var receiveIsPaused = false
    /// Why a callback refused to go on; libcurl only reports that it did.
    var refusal: HTTPClientFailure?
    var lastActivity: MonotonicInstant

    /// The socket of a transfer that only connects, a duplicate of libcurl's.
    var socket: Int32?

    /// This machine's address on the connection, where the request asks for it.
    private(set) var localAddress: String?

    // Request body.
    var upload = UploadBuffer()

    private(set) var outcome = Outcome.running
    private var hasNews = false
    private var waiter: UnsafeContinuation<Void, Never>?

    init(request: HTTPClientRequest, isStreamed: Bool) {
        self.request = request
        self.isStreamed = isStreamed
        bodyLimit = request.maximumBodyBytes ?? (isStreamed ? Int.max : HTTPClientLimits.defaultBodyBytes)
        startedAt = EventLoop.now
        lastActivity = startedAt
        upload = UploadBuffer(request.body)
    }

    var isRunning: Bool {
        if case .running = outcome { return true }
        return false
    }

    func failure(_ code: HTTPClientFailure.Code, _ detail: String) -> HTTPClientFailure {
        HTTPClientFailure(code: code, operation: request.operation, detail: detail)
    }

    /// Called by the driver exactly once, when the handle is out of the multi.
    func completed(_ outcome: Outcome) {
        guard isRunning else { return }
        self.outcome = outcome
        if request.tellsLocalAddress { localAddress = easy?.localAddress }
        easy = nil
        wake()
    }

    /// Lets the waiting task look again.
    func wake() {
        hasNews = true
        guard let waiter else { return }
        self.waiter = nil
        waiter.resume()
    }

    /// Ends the exchange if it still runs.
    func abandon() {
        driver?.finish(self, .cancelled)
        received = []
    }

    /// Waits for the complete response head, feeding the request body meanwhile.
    func head() async throws -> HTTPResponseHead {
        while !collector.isComplete || !isStreamed {
            guard case .running = outcome else { break }
            try await step()
        }
        try checkOutcome()
        guard let head = collector.head else { throw failure(.badResponse, "no response head") }
        return head
    }

    /// Waits for the connection of a transfer that wants nothing more.
    func connected() async throws -> LoopStream {
        while isRunning { try await step() }
        try checkOutcome()
        guard let socket else { throw failure(.internal, "libcurl shows no socket") }
        return try LoopStream.adoptTCP(owning: socket)
    }

    /// The bytes received since the last call, nil at the end.
    func nextBytes() async throws -> [UInt8]? {
        while received.isEmpty {
            try checkOutcome()
            guard isRunning else { return nil }
            try await step()
        }
        return takeReceived()
    }

    /// Everything received; only after the end of a buffered exchange.
    func takeReceived() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &received)
        if receiveIsPaused {
            receiveIsPaused = false
            driver?.unpause(self)
        }
        return taken
    }

    private func checkOutcome() throws {
        switch outcome {
        case .running, .ended: return
        case .failed(let failure): throw failure
        case .cancelled: throw CancellationError()
        }
    }

    /// Waits for news, or feeds the body source when the upload is starved.
    private func step() async throws {
        if upload.isStarved, case .stream(_, let source) = request.body { return try await feed(source) }
        guard !hasNews else {
            hasNews = false
            return
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter = $0 }
        } onCancel: {
            LoopBridge.soon { self.abandon() }
        }
        hasNews = false
    }

    private func feed(_ source: HTTPClientBody.Source) async throws {
        let piece: [UInt8]?
        do { piece = try await source() } catch {
            abandon()
            throw error
        }
        guard isRunning else { return }
        guard upload.provide(piece) else {
            driver?.finish(
                self, .failed(failure(.bodySourceFailed, "the body differs from its declared length")))
            return
        }
        driver?.unpause(self)
    }
}
