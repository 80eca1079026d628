/// A piece of what flows between a command and whoever runs it, in both directions; the head is the engine's own:
/// one byte for what it is, three zeros, and the length in network order.
public struct StreamFrame: Sendable, Equatable {
    /// What a frame holds.
    public enum Kind: UInt8, Sendable {
        /// Input for the command.
        case input = 0
        /// Its output.
        case output = 1
        /// Its error output.
        case error = 2
        /// How it ended: `{"exit_code": 0}` or `{"error": "…"}`; the last frame to a client.
        case result = 3
        /// The terminal's size: `{"rows": 24, "columns": 80}`.
        case size = 4
        /// The end of its input.
        case inputEnd = 5
    }

    /// Bytes of one frame at most.
    public static let limitBytes = 1 << 20

    /// What it holds.
    public let kind: Kind
    /// The bytes.
    public let payload: [UInt8]

    /// States a frame.
    public init(_ kind: Kind, _ payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }

    /// The frame with its head.
    public var bytes: [UInt8] {
        let count = UInt32(payload.count)
        return [kind.rawValue, 0, 0, 0]
            + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * UInt32($0))) }
            + payload
    }
}

/// Takes frames out of bytes.
///
/// Output is handed on as it comes, everything else whole.
public struct StreamFrameParser: Sendable {
    private var held: [UInt8] = []
    private var kind = StreamFrame.Kind.output
    private var left = 0

    /// A parser at the start of a stream.
    public init() {}

    /// Takes the next bytes and gives the frames in them; a frame of input or output may come in several pieces.
    public mutating func push(_ bytes: [UInt8]) throws(TunnelFailure) -> [StreamFrame] {
        var frames: [StreamFrame] = []
        held += bytes
        var index = 0
        while true {
            if left > 0, kind == .input || kind == .output || kind == .error {
                let count = min(left, held.count - index)
                guard count > 0 else { break }
                frames.append(StreamFrame(kind, Array(held[index..<index + count])))
                index += count
                left -= count
                continue
            }
            guard held.count - index >= 8 else { break }
            let length = try readHead(held[index..<index + 8])
            if kind == .input || kind == .output || kind == .error {
                index += 8
                left = length
                continue
            }
            guard held.count - index >= 8 + length else { break }
            frames.append(StreamFrame(kind, Array(held[(index + 8)..<(index + 8 + length)])))
            index += 8 + length
        }
        held.removeFirst(index)
        return frames
    }

    private mutating func readHead(_ head: ArraySlice<UInt8>) throws(TunnelFailure) -> Int {
        let at = head.startIndex
        let length = head[(at + 4)...].reduce(0) { $0 << 8 | Int($1) }
        guard let kind = StreamFrame.Kind(rawValue: head[at]), head[at + 1] == 0, head[at + 2] == 0,
            head[at + 3] == 0, length <= StreamFrame.limitBytes
        else { throw TunnelFailure(.broken, "a frame's head cannot be read") }
        self.kind = kind
        return length
    }
}
