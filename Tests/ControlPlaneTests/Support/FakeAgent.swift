import EventLoop
import HTTP2
import HTTPClient
import JSON
import Model
import Testing
import Tunnel

@testable import ControlPlane

/// An agent's end of a tunnel that does with its streams what a test says.
@LoopActor
final class FakeAgent {
    let connection: TunnelConnection
    /// Why its tunnel has ended.
    private(set) var failure: TunnelFailure?
    /// What the control stream was about, line by line.
    private(set) var words: [String] = []
    private var control: TunnelStream?
    private let onStream: @LoopActor (TunnelStream) -> Void

    nonisolated static let ok = [HTTP2Field(":status", "200")]

    /// Opens a node's tunnel and returns when the control plane can use it; documents are taken, other streams are the
    /// test's.
    static func open(
        _ plane: TestPlane, _ node: TestNode, boot: String = "life", session: Int = 1,
        limits: HTTP2Limits = HTTP2Limits(),
        _ onStream: @escaping @LoopActor (TunnelStream) -> Void = { _ in }
    ) async throws -> FakeAgent {
        let (stream, answer) = try await knock(plane, node, boot: boot, session: session)
        try #require(answer.isSwitched, "\(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
        let agent = FakeAgent(stream, limits, onStream)
        agent.connection.start(received: answer.received)
        try await plane.eventually("the tunnel is up") {
            agent.words.first == "hello" && plane.plane.tunnels.tunnel(to: node.id) != nil
        }
        return agent
    }

    /// Asks for a tunnel; the stream is the caller's.
    static func knock(
        _ plane: TestPlane, host: String = "127.0.0.1", port: UInt16? = nil, _ node: TestNode,
        boot: String = "life", session: Int = 1
    ) async throws -> (stream: LoopStream, answer: UpgradeAnswer) {
        let stream = try await LoopStream.connectTCP(
            host: host, port: port ?? plane.plane.port, timeoutMilliseconds: 5_000)
        let head = HTTPRequestHead(
            method: .get, target: TunnelProtocol.path,
            headers: [
                "host": "test", "upgrade": TunnelProtocol.name, TunnelProtocol.nodeHeader: "\(node.id)",
                "x-fledx-tunnel-token": "Bearer \(node.token)", TunnelProtocol.bootHeader: boot,
                TunnelProtocol.sessionHeader: "\(session)",
            ])
        do {
            return (stream, try await plane.upgrade(stream, head))
        } catch {
            stream.close()
            throw error
        }
    }

    private init(
        _ stream: LoopStream, _ limits: HTTP2Limits, _ onStream: @escaping @LoopActor (TunnelStream) -> Void
    ) {
        connection = TunnelConnection(stream, .server, limits: limits)
        self.onStream = onStream
        connection.onRequest = { [self] in serve($0) }
        connection.onClosed = { [self] in failure = $0 }
    }

    /// Reports through the tunnel.
    func report() throws { try say("heartbeat", NodeReportCodec.encode(NodeReport())) }

    /// Says something on the control stream.
    func say(_ word: String, _ body: [UInt8] = Array("{}".utf8)) throws {
        try control?.writeNow(ControlLine(word, body).bytes)
    }

    func close() { connection.close(TunnelFailure(.closed, "the test is over")) }

    private func serve(_ stream: TunnelStream) {
        switch stream.request[":path"] {
        case TunnelProtocol.sessionPath: StreamTask.serve(stream) { try await self.converse(stream) }
        case TunnelProtocol.documentPath:
            StreamTask.serve(stream) {
                _ = try await stream.collect(limit: 1 << 20)
                stream.respond(Self.ok, ends: true)
            }
        default: onStream(stream)
        }
    }

    private func converse(_ stream: TunnelStream) async throws {
        control = stream
        stream.respond(Self.ok)
        let hello = AgentGreeting(agentVersion: "0.1.0", capabilities: [], applied: nil)
        try stream.writeNow(ControlLine("hello", try JSONCoder.encode(hello)).bytes)
        var splitter = LineSplitter()
        while let bytes = try await stream.next() {
            words += try splitter.push(bytes).compactMap { ControlLine(line: $0)?.word }
        }
    }
}

extension TestPlane {
    /// Waits until something holds.
    func eventually(_ what: String, _ holds: @LoopActor () async throws -> Bool) async throws {
        let end = EventLoop.now.adding(milliseconds: 20_000)
        while try await !holds() {
            try #require(EventLoop.now < end, "never: \(what)")
            try await LoopActor.sleep(milliseconds: 10)
        }
    }
}
