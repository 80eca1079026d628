import EventLoop
import HTTP2
import JSON
import Model
import Tunnel

/// A stream to a node that was opened for a client; whoever drops it before the end resets it.
@LoopActor
final class OpenStream {
    let stream: TunnelStream
    private let streams: OperatorStreams

    init(_ stream: TunnelStream, in streams: OperatorStreams) {
        self.stream = stream
        self.streams = streams
    }

    isolated deinit {
        streams.left(ObjectIdentifier(self))
        stream.reset()
    }

    /// Ends in good order a stream on which everything was said; one that the peer does not end soon is reset.
    ///
    /// A reset is work for both ends, and a peer counts what it costs.
    func leave() {
        stream.finish()
        guard !stream.isOver else { return }
        _ = StreamTask.start {
            try? await self.stream.ended(deadlineMilliseconds: TunnelLimits.farewellMilliseconds)
        }
    }

    /// Waits for the answer's head; a refusal of the agent becomes the client's.
    @discardableResult
    func expectOK() async throws -> [HTTP2Field] {
        let head = try await stream.response()
        guard let status = head[":status"], status != "200" else { return head }
        let body = try await stream.collect(limit: ControlPlaneLimits.agentRefusalBytes)
        let refusal = try? JSONCoder.decode(ReportRefusal.self, from: body)
        throw TunnelFailure(
            .refused, refusal?.error ?? "the agent answered \(status)", status: Int(status),
            word: refusal?.code)
    }

    /// Joins a client's connection with the stream until both have ended.
    func bridge(_ client: LoopStream, _ received: [UInt8]) {
        client.setNoDelay(true)
        client.setKeepalive()
        _ = StreamTask.start {
            // How it ended was told by the ends of both sides; nobody is left to hear more.
            do { try await StreamBridge.run(client, received: received, self.stream, isClient: true) } catch {
                client.close()
            }
        }
    }
}

extension Refusal {
    /// What a client hears when something went wrong on the way to a node, or there.
    init(tunnel error: any Error) {
        if let refusal = error as? Refusal {
            self = refusal
            return
        }
        guard let failure = error as? TunnelFailure else {
            self.init(.badGateway, "node_failed", "the node did not answer: \(ErrorReport.render(error))")
            return
        }
        switch failure.code {
        case .refused:
            let passed: Set<Int> = [403, 404, 409, 422, 502, 503]
            let status = failure.status.flatMap { passed.contains($0) ? HTTPStatus($0) : nil } ?? .badGateway
            self.init(status, failure.word ?? "node_refused", failure.detail)
        case .full:
            self.init(
                .serviceUnavailable, "tunnel_busy", failure.detail,
                headers: [("retry-after", "\(ControlPlaneLimits.tunnelRetrySeconds)")])
        default: self.init(.badGateway, "tunnel_broken", "the node's tunnel broke: \(failure.detail)")
        }
    }
}
