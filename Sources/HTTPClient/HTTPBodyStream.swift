public import EventLoop

/// The body of a streamed response, pulled piece by piece by one reader.
///
/// A reader that does not pull slows the sender down: the transfer pauses once a bounded number of bytes waits.
/// Dropping the stream before its end, or cancelling the task that waits in `next`, ends the connection.
@LoopActor
public final class HTTPBodyStream {
    private let transfer: CurlTransfer

    init(transfer: CurlTransfer) { self.transfer = transfer }

    isolated deinit { transfer.abandon() }

    /// The bytes that arrived since the last call, waiting for the first; nil at the end of the body.
    public func next() async throws -> [UInt8]? { try await transfer.nextBytes() }

    /// The rest of the body, refused as `bodyTooLarge` beyond `limit` bytes.
    public func collect(limit: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        while let piece = try await next() {
            guard all.count + piece.count <= limit else {
                transfer.abandon()
                throw transfer.failure(.bodyTooLarge, "the response body exceeds \(limit) bytes")
            }
            if all.isEmpty { all = piece } else { all += piece }
        }
        return all
    }

    /// Ends the exchange now; the connection is closed unless the body had ended.
    public func cancel() { transfer.abandon() }
}
