/// What a session keeps of one stream.
final class StreamState {
    /// Fields of the block that is being received, and what they count.
    var fields: [HTTP2Field] = []
    var fieldBytes = 0
    /// Bytes to be sent, from `outputStart` on.
    var output: [UInt8] = []
    var outputStart = 0
    /// Bytes to be sent behind `output` that somebody else holds for the moment.
    var lent = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether nothing comes behind `output`, and the fields that end it.
    var outputEnds = false
    var trailers: [HTTP2Field]?
    /// Whether nghttp2 asked for bytes when there were none.
    var isDeferred = false
    /// Whether a body was announced to nghttp2.
    var sendsBody = false
    /// Whether this side has answered it; a server's.
    var isAnswered = false
    /// Received and not yet consumed.
    var heldBytes = 0
    /// Credit of the peer, and what was consumed since it last grew.
    var windowBytes: Int
    var consumedBytes = 0
    /// Whether credit is what limits this stream, as the way to the peer is long.
    var isFar = false
    /// All that its reader has taken.
    var takenBytes = 0
    var peerEnded = false
    /// When `consumedBytes` began to be counted.
    var countedFrom: Int64

    init(windowBytes: Int, atMilliseconds: Int64) {
        self.windowBytes = windowBytes
        countedFrom = atMilliseconds
    }

    var waitingBytes: Int { output.count - outputStart + lent.count }

    /// Moves so many waiting bytes behind `target`.
    func take(_ count: Int, into target: inout [UInt8]) {
        let own = min(count, output.count - outputStart)
        if own > 0 { takeOwn(own, into: &target) }
        guard own < count else { return }
        target.append(contentsOf: UnsafeRawBufferPointer(rebasing: lent[..<(count - own)]))
        lent = UnsafeRawBufferPointer(rebasing: lent[(count - own)...])
    }

    /// Keeps what is left of the lent bytes.
    func keepLent() {
        output.append(contentsOf: lent)
        lent = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    private func takeOwn(_ count: Int, into target: inout [UInt8]) {
        output.withUnsafeBytes {
            target.append(
                contentsOf: UnsafeRawBufferPointer(rebasing: $0[outputStart..<outputStart + count]))
        }
        outputStart += count
        if outputStart == output.count {
            output.removeAll(keepingCapacity: output.capacity <= 65_536)
            outputStart = 0
        } else if outputStart >= 262_144 {
            output.removeFirst(outputStart)
            outputStart = 0
        }
    }
}
