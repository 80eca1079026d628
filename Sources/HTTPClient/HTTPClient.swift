public import EventLoop
internal import Model

/// An HTTP/1.1 client on the loop: connections are kept and shared by all requests of one client.
///
/// It speaks over TCP, TLS and Unix sockets. Every request has deadlines; cancelling the task that waits for it closes
/// its connection. A response with an error status is a response, not an error.
@LoopActor
public final class HTTPClient {
    let driver: CurlDriver

    /// A client without connections; the first request opens one.
    public init(receiveBufferBytes: Int = HTTPClientLimits.receiveBufferBytes) {
        driver = CurlDriver(receiveBufferBytes: receiveBufferBytes)
    }

    isolated deinit { driver.close() }

    /// Exchanges a request for a response with its whole body.
    public func request(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        try Task.checkCancellation()
        let transfer = CurlTransfer(request: request, isStreamed: false)
        try driver.start(transfer)
        defer { transfer.abandon() }
        let head = try await transfer.head()
        var response = HTTPClientResponse(head: head, body: transfer.takeReceived())
        response.localAddress = transfer.localAddress
        return response
    }

    /// Exchanges a request for a response head; the body follows as its reader pulls it.
    public func stream(_ request: HTTPClientRequest) async throws -> HTTPStreamedResponse {
        try Task.checkCancellation()
        let transfer = CurlTransfer(request: request, isStreamed: true)
        try driver.start(transfer)
        do {
            let head = try await transfer.head()
            return HTTPStreamedResponse(head: head, body: HTTPBodyStream(transfer: transfer))
        } catch {
            transfer.abandon()
            throw error
        }
    }

    /// Requests in progress.
    public var requestsInProgress: Int { driver.transferCount }

    /// Sockets watched by the loop for this client; none while nothing is in progress.
    public var watchedSockets: Int { driver.watchedSocketCount }

    /// Connections opened since the client was made.
    public var connectionsOpened: Int { driver.connectionsOpened }

    /// Fails what is in progress as `closed` and closes every connection; later requests fail too.
    public func close() { driver.close() }
}
