import EventLoop
import HTTP2
import HTTPClient
import JSON
import Model
import Tunnel

@testable import ControlPlane

/// An agent of which only the tunnel is there: it says what a test lets it say.
@LoopActor
final class PlayedAgent {
    /// What the control plane has said on the control stream.
    private(set) var lines: [ControlLine] = []
    /// Why the session is over.
    private(set) var end: TunnelFailure?
    /// What pushed documents are answered with.
    var documentStatus = "200"
    private(set) var documents = 0
    private let connection: TunnelConnection
    private let greeting: AgentGreeting

    /// Asks for a tunnel; what is answered, and the connection when it is one.
    static func ask(
        _ plane: TestPlane, _ node: TestNode, boot: String = "life", session: UInt64
    ) async throws -> (answer: UpgradeAnswer, stream: LoopStream) {
        let stream = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: plane.plane.port, timeoutMilliseconds: 5_000)
        let head = HTTPRequestHead(
            method: .get, target: TunnelProtocol.path,
            headers: [
                "host": "test", "upgrade": TunnelProtocol.name, "x-fledx-node-id": "\(node.id)",
                "x-fledx-tunnel-token": "Bearer \(node.token)", "x-fledx-boot-id": boot,
                "x-fledx-session": "\(session)",
            ])
        return (try await plane.upgrade(stream, head), stream)
    }

    /// Opens a tunnel and greets.
    static func open(
        _ plane: TestPlane, _ node: TestNode, boot: String = "life", session: UInt64 = 1,
        status: StatusHash? = nil
    ) async throws -> PlayedAgent {
        let (answer, stream) = try await ask(plane, node, boot: boot, session: session)
        guard answer.isSwitched else {
            throw TunnelFailure(.refused, "no tunnel: \(answer.status)", status: answer.status.code)
        }
        return PlayedAgent(stream, answer.received, status)
    }

    private init(_ stream: LoopStream, _ received: [UInt8], _ status: StatusHash?) {
        greeting = AgentGreeting(agentVersion: "0.1.0", capabilities: [], applied: nil, statusHash: status)
        connection = TunnelConnection(stream, .server, limits: .small)
        connection.onClosed = { self.end = $0 }
        connection.onRequest = { stream in StreamTask.serve(stream) { try await self.answer(stream) } }
        connection.start(received: received)
    }

    /// The body of the newest line with that word.
    func said(_ word: String) throws -> JSONNode? {
        try lines.last { $0.word == word }.map { try JSONNode.parse($0.body) }
    }

    func close() { connection.close(TunnelFailure(.closed, "the test is over")) }

    private func answer(_ stream: TunnelStream) async throws {
        guard stream.request[":path"] == TunnelProtocol.sessionPath else {
            while try await stream.next() != nil {}
            documents += 1
            return stream.respond([HTTP2Field(":status", documentStatus)], ends: true)
        }
        stream.respond([HTTP2Field(":status", "200")])
        try stream.writeNow(ControlLine("hello", try JSONCoder.encode(greeting)).bytes)
        var splitter = LineSplitter()
        while let bytes = try await stream.next() {
            lines += try splitter.push(bytes).compactMap { ControlLine(line: $0) }
        }
    }
}
