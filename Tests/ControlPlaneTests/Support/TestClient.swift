import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// One request on one connection of its own, and every byte that came back so far.
@LoopActor
final class TestExchange: StreamHandler {
    private(set) var received: [UInt8] = []
    private let ended = OneShot<Void>()

    private let stream: LoopStream
    /// Holds the response against the API document.
    private let verify: @LoopActor (TestResponse) -> Void

    init(
        _ stream: LoopStream, _ request: String,
        verify: @escaping @LoopActor (TestResponse) -> Void = { _ in }
    ) {
        self.stream = stream
        self.verify = verify
        stream.handler = self
        stream.startReading()
        stream.write(Array(request.utf8))
    }

    /// Waits for the server to close the connection and reads the response.
    func response() async throws -> TestResponse {
        try await ended.wait(deadlineMilliseconds: 20_000, operation: "test response")
        let response = try #require(
            TestResponse(received), "\(String(decoding: received, as: UTF8.self))")
        verify(response)
        return response
    }

    /// Takes nothing any more.
    func stopReading() { stream.stopReading() }

    /// Breaks the connection off.
    func leave() {
        stream.close()
        ended.fail(CancellationError())
    }

    func streamReceived(_ stream: LoopStream, _ bytes: UnsafeRawBufferPointer) {
        unsafe received.append(contentsOf: bytes)
    }

    func streamEnded(_ stream: LoopStream) {
        stream.close()
        ended.succeed(())
    }

    func streamFailed(_ stream: LoopStream, _ failure: LoopFailure) { ended.fail(failure) }
}

/// A response taken apart.
struct TestResponse: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard let gap = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<gap.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { return nil }
        self.status = status
        headers = Dictionary(
            lines.dropFirst().compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                return (line[..<colon].lowercased(), String(value))
            }, uniquingKeysWith: { first, _ in first })
        body = Array(bytes[gap.upperBound...])
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// For the API document.
    var seen: SeenAnswer { SeenAnswer(status: status, body: body) { headers[$0] } }

    func json() throws -> JSONNode { try JSONNode.parse(body) }

    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONCoder.decode(type, from: body)
    }

    /// The machine word of a refusal.
    var code: String? { (try? json())?["code"]?.stringValue }

    /// The fields a refusal names.
    var fields: [String] {
        ((try? json())?["details"]?.arrayValue ?? []).compactMap { $0["field"]?.stringValue }
    }
}
