import EventLoop
import Foundation

/// One accepted connection, with just enough HTTP to read what the client sent.
@LoopActor
final class RawConnection {
    let channel: ByteChannel
    private var buffer: [UInt8] = []

    init(_ stream: LoopStream) { channel = ByteChannel(stream) }

    /// The next request head as text, without its body; nil when the client closed.
    func head() async throws -> String? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let text = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeFirst(end.upperBound)
                return text
            }
            guard let more = try await channel.read() else { return nil }
            buffer += more
        }
    }

    /// Reads and drops so many body bytes, keeping none; returns their sum modulo 2^32 as a check.
    func drain(_ count: Int) async throws -> UInt32 {
        var left = count
        var sum: UInt32 = 0
        while left > 0 {
            if buffer.isEmpty {
                guard let more = try await channel.read() else { return sum }
                buffer = more
            }
            let taken = min(left, buffer.count)
            for byte in buffer[..<taken] { sum &+= UInt32(byte) }
            buffer.removeFirst(taken)
            left -= taken
        }
        return sum
    }

    /// Reads up to and including the last chunk; the raw text.
    func chunkedText() async throws -> String {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n0\r\n\r\n".utf8)) ?? lone() {
                let text = String(decoding: buffer[..<end.upperBound], as: UTF8.self)
                buffer.removeFirst(end.upperBound)
                return text
            }
            guard let more = try await channel.read() else { return String(decoding: buffer, as: UTF8.self) }
            buffer += more
        }
    }

    /// Waits until the client closes.
    func closed() async throws { while try await channel.read() != nil {} }

    func answer(_ body: String, status: String = "200 OK", fields: String = "") async throws {
        try await channel.write(
            "HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private func lone() -> Range<Int>? {
        buffer.starts(with: Array("0\r\n\r\n".utf8)) ? 0..<5 : nil
    }
}

/// A server that runs one script for each connection.
@LoopActor
final class RawServer {
    typealias Script = @Sendable @LoopActor (RawConnection) async throws -> Void

    private(set) var accepted = 0
    private(set) var open = 0
    private(set) var mostOpen = 0
    private(set) var url = ""
    let changed = Gate()
    private var listener: Listener?

    static func tcp(_ script: @escaping Script) throws -> RawServer {
        let server = RawServer()
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { server.take($0, script) }
        server.listener = listener
        server.url = "http://127.0.0.1:\(listener.port)"
        return server
    }

    static func unix(_ path: String, _ script: @escaping Script) throws -> RawServer {
        let server = RawServer()
        server.listener = try Listener.unix(path: path) { server.take($0, script) }
        server.url = "http://docker"
        return server
    }

    func close() { listener?.close() }

    /// Waits until so many connections are open.
    func until(open count: Int) async throws {
        try await changed.until(deadlineMilliseconds: 5_000, operation: "connections close") { open == count }
    }

    private func take(_ stream: LoopStream, _ script: @escaping Script) {
        accepted += 1
        open += 1
        mostOpen = max(mostOpen, open)
        changed.changed()
        Task { @LoopActor in
            let connection = RawConnection(stream)
            try? await script(connection)
            connection.channel.close()
            self.open -= 1
            self.changed.changed()
        }
    }
}
