/// What a session keeps of one stream.
final class StreamState {
    /// Fields of the block that is being received, and what they count.
    var fields: [HTTP2Field] = []
    var fieldBytes = 0
    /// Bytes to be sent, from `outputStart` on.
    var output: [UInt8] = []
    var outputStart = 0
    /// Whether nothing comes behind `output`, and the fields that end it.
    var outputEnds = false
    var trailers: [HTTP2Field]?
    /// Whether nghttp2 asked for bytes when there were none.
    var isDeferred = false
    /// Whether a body was announced to nghttp2.
    var sendsBody = false
    /// Received and not yet consumed.
    var heldBytes = 0
    /// Credit of the peer, and what was consumed since it last grew.
    var windowBytes: Int
    var consumedBytes = 0
    var peerEnded = false

    init(windowBytes: Int) { self.windowBytes = windowBytes }

    var waitingBytes: Int { output.count - outputStart }

    /// Moves waiting bytes to where nghttp2 wants them.
    func take(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(target.count, waitingBytes)
        guard count > 0 else { return 0 }
        output.withUnsafeBytes {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[outputStart..<outputStart + count]))
        }
        outputStart += count
        if outputStart == output.count {
            output.removeAll(keepingCapacity: output.capacity <= 65_536)
            outputStart = 0
        } else if outputStart >= 262_144 {
            output.removeFirst(outputStart)
            outputStart = 0
        }
        return count
    }
}
