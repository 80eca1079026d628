import EventLoop
import Model
import TestKit

/// Somebody with a node's credential who opens tunnels by hand and says in them what he likes.
@LoopActor
final class TunnelPeer {
    let nodeID: String
    let token: String
    private let port: UInt16
    private let boot = "hostile-peer"
    private var session = 0

    /// Registers a node of its own.
    static func register(_ name: String, with programs: Programs) async throws -> TunnelPeer {
        let secret = try programs.secret("FLEDX_CP_REGISTRATION_TOKEN")
        let body = #"{"name":"\#(name)","agent_version":"0.1.0"}"#
        let channel = try await connect(programs.port)
        defer { channel.close() }
        try await channel.write(
            "POST /api/v1/nodes/register HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(secret)\r\n"
                + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
        let answer = try await answer(channel)
        guard let id = Self.value("node_id", answer), let token = Self.value("node_token", answer) else {
            throw Programs.Failure(description: "not registered: \(answer)")
        }
        return TunnelPeer(id, token, programs.port)
    }

    private init(_ nodeID: String, _ token: String, _ port: UInt16) {
        self.nodeID = nodeID
        self.token = token
        self.port = port
    }

    /// Asks for a tunnel and gives what is answered.
    ///
    /// `change` replaces header fields, or takes those away that are nil. The control plane lets so many in a second;
    /// who is told to come again later does.
    func ask(_ change: [String: String?] = [:], start: String = "GET /agent-tunnel HTTP/1.1") async throws
        -> (
            channel: ByteChannel, status: Int, answer: String
        )
    {
        let deadline = EventLoop.now.adding(milliseconds: 20_000)
        while true {
            let told = try await askOnce(change, start: start)
            guard told.status == 503, EventLoop.now < deadline else { return told }
            told.channel.close()
            try await LoopActor.sleep(milliseconds: 50)
        }
    }

    private func askOnce(_ change: [String: String?], start: String) async throws
        -> (
            channel: ByteChannel, status: Int, answer: String
        )
    {
        session += 1
        var fields: [String: String?] = [
            "host": "a", "connection": "Upgrade", "upgrade": "fledx-tunnel/1", "x-fledx-node-id": nodeID,
            "x-fledx-tunnel-token": "Bearer \(token)", "x-fledx-boot-id": boot,
            "x-fledx-session": "\(session)",
        ]
        fields.merge(change) { $1 }
        let lines = fields.compactMap { name, value in value.map { "\(name): \($0)\r\n" } }
        let channel = try await Self.connect(port)
        try await channel.write("\(start)\r\n\(lines.joined())\r\n")
        let answer = try await Self.answer(channel)
        return (channel, Int(answer.dropFirst(9).prefix(3)) ?? 0, answer)
    }

    /// A tunnel in which nothing was said yet.
    func open() async throws -> ByteChannel {
        let (channel, status, answer) = try await ask()
        guard status == 101 else { throw Programs.Failure(description: "no tunnel: \(answer)") }
        return channel
    }

    /// A head, and what came with it.
    private static func answer(_ channel: ByteChannel) async throws -> String {
        var text = ""
        while let bytes = try await channel.read(deadlineMilliseconds: 20_000) {
            text += String(decoding: bytes, as: UTF8.self)
            // With the SETTINGS of a tunnel behind it.
            guard let end = Self.range(of: "\r\n\r\n", in: text) else { continue }
            let length = Self.contentLength(text)
            if text.utf8.count >= end + length { return text }
        }
        return text
    }

    private static func connect(_ port: UInt16) async throws -> ByteChannel {
        ByteChannel(
            try await LoopStream.connectTCP(host: "127.0.0.1", port: port, timeoutMilliseconds: 10_000))
    }

    private static func range(of end: String, in text: String) -> Int? {
        let bytes = Array(text.utf8)
        let mark = Array(end.utf8)
        guard bytes.count >= mark.count else { return nil }
        return (0...(bytes.count - mark.count)).first { Array(bytes[$0..<($0 + mark.count)]) == mark }.map {
            $0 + mark.count
        }
    }

    private static func contentLength(_ text: String) -> Int {
        for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return Int(line.drop { $0 != ":" }.dropFirst().filter { $0 != " " }) ?? 0
        }
        return 0
    }

    private static func value(_ key: String, _ text: String) -> String? {
        guard let start = range(of: "\"\(key)\":\"", in: text) else { return nil }
        return String(decoding: Array(text.utf8)[start...].prefix { $0 != 0x22 }, as: UTF8.self)
    }
}

/// Frames of HTTP/2, written by hand.
enum RawFrame {
    static func bytes(_ type: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ payload: [UInt8] = [])
        -> [UInt8]
    {
        bytes(type, flags, stream, payload, length: payload.count)
    }

    /// A frame that claims another length than it has.
    static func bytes(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8], length: Int)
        -> [UInt8]
    {
        [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
            + (0..<4).map { UInt8(stream >> (24 - 8 * $0) & 255) } + payload
    }

    /// What a server says first.
    static let greeting = bytes(4)
    static let ping = bytes(6, 0, 0, [UInt8](repeating: 1, count: 8))
    static let settings = bytes(4, 0, 0, [0, 4, 0, 1, 0, 0])
    static let reset = bytes(3, 0, 1, [0, 0, 0, 8])
    static let window = bytes(8, 0, 0, [0x7F, 0xFF, 0xFF, 0xFF])
    /// The answer to the control stream.
    static let answer = bytes(1, 4, 1, [0x88])
    /// A body of the control stream.
    static func data(_ text: [UInt8]) -> [UInt8] {
        stride(from: 0, to: text.count, by: 16_384).flatMap {
            bytes(0, 0, 1, Array(text[$0..<min($0 + 16_384, text.count)]))
        }
    }
}
