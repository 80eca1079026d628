public import EventLoop
internal import HTTP1
public import Model

/// What a server made of an offer to change the protocol.
public struct UpgradeAnswer: Sendable {
    /// The status; 101 when the stream now speaks the other protocol.
    public let status: HTTPStatus
    /// The fields.
    public let headers: HTTPHeaders
    /// The body of a refusal, cut at `HTTPClientLimits.upgradeBodyBytes`.
    public let body: [UInt8]
    /// Bytes behind a 101, which belong to the other protocol.
    public let received: [UInt8]

    /// Whether the protocol was changed.
    public var isSwitched: Bool { status == .switchingProtocols }
}

/// Asks for another protocol on a connected stream: one request, one answer, and the stream is the caller's again.
///
/// libcurl's transfers end with their answer; what goes on behind one (a tunnel, Docker's hijacked connections) begins
/// here.
@LoopActor
public final class UpgradeExchange: StreamHandler {
    private let answered = OneShot<UpgradeAnswer>()
    private var decoder: HTTP1ResponseDecoder
    private var head: HTTP1Response?
    private var body: [UInt8] = []

    private init(_ method: HTTPMethod) { decoder = HTTP1ResponseDecoder(method: method) }

    /// Sends a request and reads its answer; without a 101, or after a failure, the stream is closed.
    ///
    /// - Parameters:
    ///   - stream: The stream; after a 101 it has no handler and does not read.
    ///   - request: The head, its `Upgrade` field among the others.
    ///   - body: The request's body.
    ///   - deadlineMilliseconds: For the whole exchange.
    /// - Returns: The answer, whatever it says.
    /// - Throws: When there is none in time.
    public static func perform(
        on stream: LoopStream, _ request: HTTPRequestHead, body: [UInt8] = [], deadlineMilliseconds: Int64
    ) async throws -> UpgradeAnswer {
        let exchange = UpgradeExchange(request.method)
        stream.handler = exchange
        var output: [UInt8] = []
        HTTP1Writer.appendRequest(
            request, framing: body.isEmpty ? .none : .length(body.count), persistence: .upgrade, to: &output)
        stream.write(output + body)
        stream.startReading()
        do {
            let answer = try await exchange.answered.wait(
                deadlineMilliseconds: deadlineMilliseconds, operation: "change of protocol")
            if !answer.isSwitched { stream.close() }
            return answer
        } catch {
            stream.close()
            throw error
        }
    }

    /// Reads the answer.
    public func streamReceived(_ stream: LoopStream, _ bytes: UnsafeRawBufferPointer) {
        guard !answered.isSettled else { return }
        let input = Array(bytes)
        var offset = 0
        do {
            while !answered.isSettled, try step(input, &offset, stream) {}
        } catch {
            answered.fail(
                LoopFailure(
                    .reset, operation: "change of protocol", detail: "the answer is not HTTP", cause: error))
        }
    }

    /// The answer may end with the connection.
    public func streamEnded(_ stream: LoopStream) {
        if let head { return settle(head, []) }
        answered.fail(
            LoopFailure(
                .ended, operation: "change of protocol", detail: "the peer left before its answer",
                retryable: true))
    }

    /// Passes a failure on.
    public func streamFailed(_ stream: LoopStream, _ failure: LoopFailure) { answered.fail(failure) }

    private func step(_ input: [UInt8], _ offset: inout Int, _ stream: LoopStream) throws -> Bool {
        switch try decoder.step(input.span, from: &offset) {
        case .needsMore: return false
        case .head(let head):
            guard head.head.status.code >= 200 || head.switchesProtocol else { return true }
            self.head = head
            if head.switchesProtocol {
                stream.stopReading()
                stream.handler = nil
                settle(head, Array(input[offset...]))
            }
        case .body(let piece):
            body += input[piece].prefix(HTTPClientLimits.upgradeBodyBytes - body.count)
        case .end: if let head { settle(head, []) }
        }
        return true
    }

    private func settle(_ head: HTTP1Response, _ received: [UInt8]) {
        answered.succeed(
            UpgradeAnswer(
                status: head.head.status, headers: head.head.headers, body: body, received: received))
    }
}
