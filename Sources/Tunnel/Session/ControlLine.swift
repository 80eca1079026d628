/// One line of the control stream: `{"word":{…}}`.
///
/// The body is kept as it came: whoever the word is for reads it, once.
public struct ControlLine: Sendable, Equatable {
    /// What it is about.
    public let word: String
    /// A JSON object, or what claims to be one.
    public let body: [UInt8]

    /// States a line.
    public init(_ word: String, _ body: [UInt8]) {
        self.word = word
        self.body = body
    }

    /// Reads a line without its end; nil when it has another form.
    public init?(line: [UInt8]) {
        guard line.count >= 6, line[0] == 0x7B, line[1] == 0x22, line[line.count - 1] == 0x7D,
            let quote = line[2...].firstIndex(of: 0x22), quote > 2, quote + 2 < line.count,
            line[quote + 1] == 0x3A
        else { return nil }
        let word = line[2..<quote]
        guard word.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F }) else { return nil }
        self.init(String(decoding: word, as: UTF8.self), Array(line[(quote + 2)..<(line.count - 1)]))
    }

    /// The line with its end.
    public var bytes: [UInt8] {
        Array("{\"\(word)\":".utf8) + body.filter { $0 != 0x0A && $0 != 0x0D } + [0x7D, 0x0A]
    }
}

/// Takes lines out of bytes; a line may not be longer than the bound.
public struct LineSplitter: Sendable {
    private var held: [UInt8] = []
    private let limitBytes: Int

    /// A splitter at the start of a stream.
    public init(limitBytes: Int = TunnelLimits.lineBytes) { self.limitBytes = limitBytes }

    /// Takes the next bytes and gives the lines that end in them, without their ends.
    public mutating func push(_ bytes: [UInt8]) throws(TunnelFailure) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            let line = held + bytes[start..<end]
            held = []
            guard line.count <= limitBytes else { throw Self.tooLong(limitBytes) }
            if !line.isEmpty { lines.append(line) }
            start = end + 1
        }
        held += bytes[start...]
        guard held.count <= limitBytes else { throw Self.tooLong(limitBytes) }
        return lines
    }

    private static func tooLong(_ limit: Int) -> TunnelFailure {
        TunnelFailure(.broken, "a line of the control stream exceeds \(limit) bytes")
    }
}
