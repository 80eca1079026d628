import EventLoop
import Foundation

/// One HTTP exchange over a Unix socket, for set-up that must not depend on the client under test.
@LoopActor
enum EngineSocket {
    struct Answer: Sendable {
        let status: Int
        let text: String
    }

    static func exchange(
        _ path: String, _ method: String, _ target: String, _ body: [UInt8] = [], login: String = "{}"
    ) async throws -> Answer {
        let stream = try await LoopStream.connectUnix(path: path, timeoutMilliseconds: 5_000)
        let channel = ByteChannel(stream, limitBytes: 16 * 1024 * 1024)
        defer { channel.close() }
        try await channel.write(
            """
            \(method) \(target) HTTP/1.1\r
            Host: docker\r
            Connection: close\r
            Content-Type: application/x-tar\r
            X-Registry-Auth: \(Data(login.utf8).base64EncodedString())\r
            Content-Length: \(body.count)\r
            \r

            """)
        var offset = 0
        while offset < body.count {
            let end = min(offset + 256 * 1024, body.count)
            try await channel.write(Array(body[offset..<end]))
            offset = end
        }
        var received: [UInt8] = []
        while let more = try await channel.read(deadlineMilliseconds: 60_000) { received += more }
        let text = String(decoding: received, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 "), let status = Int(text.dropFirst(9).prefix(3)) else {
            throw PrivateDocker.Failure(description: "\(target): no HTTP answer")
        }
        // Chunk sizes stay in the text: set-up only looks for words.
        let bodyText = text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
        return Answer(status: status, text: bodyText)
    }
}
