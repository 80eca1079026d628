/// A piece of a container's output.
public struct LogFrame: Sendable, Equatable {
    /// Where it was written.
    public enum Source: UInt8, Sendable {
        /// What was typed into it.
        case input = 0
        /// Standard output.
        case output = 1
        /// Standard error.
        case error = 2
    }

    /// Where it was written.
    public let source: Source
    /// The bytes; a frame may come in several pieces.
    public let bytes: [UInt8]

    /// States a piece.
    public init(source: Source, bytes: [UInt8]) {
        self.source = source
        self.bytes = bytes
    }
}

/// Takes the engine's 8-byte frame heads out of a multiplexed stream.
///
/// A head is the source, three zeros and the payload's length in network order. Payload is passed on as it comes, so
/// nothing but an incomplete head is ever kept.
public struct LogFrameParser: Sendable {
    /// Why a stream is not multiplexed output.
    public enum Refusal: Error, Equatable {
        /// The head names no known source, or its padding is not zero.
        case malformedHead
        /// The head announces more than a frame may have.
        case tooLarge
    }

    private var head: [UInt8] = []
    private var source = LogFrame.Source.output
    private var left = 0

    /// A parser at the start of a stream.
    public init() {}

    /// Whether a frame has begun and not ended.
    public var isInside: Bool { left > 0 || !head.isEmpty }

    /// Takes the next bytes and gives the pieces of output in them.
    public mutating func push(_ bytes: [UInt8]) throws(Refusal) -> [LogFrame] {
        var frames: [LogFrame] = []
        var index = 0
        while index < bytes.count {
            if left > 0 {
                let count = min(left, bytes.count - index)
                frames.append(LogFrame(source: source, bytes: Array(bytes[index..<index + count])))
                left -= count
                index += count
                continue
            }
            let count = min(8 - head.count, bytes.count - index)
            head += bytes[index..<index + count]
            index += count
            if head.count == 8 { try readHead() }
        }
        return frames
    }

    private mutating func readHead() throws(Refusal) {
        guard let source = LogFrame.Source(rawValue: head[0]), head[1] == 0, head[2] == 0, head[3] == 0 else {
            throw .malformedHead
        }
        let length = head[4...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= DockerLimits.logFrameBytes else { throw .tooLarge }
        self.source = source
        left = length
        head = []
    }
}
