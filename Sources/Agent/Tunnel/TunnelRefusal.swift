internal import DockerEngine
internal import EventLoop
internal import HTTP2
internal import JSON
internal import Model
internal import Tunnel

/// Why a request through the tunnel is not granted; the control plane passes it on to whoever asked.
struct TunnelRefusal: Error {
    let status: Int
    let code: String
    let message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// What Docker refused.
    init(_ failure: DockerFailure) {
        switch failure.kind {
        case .notFound: self.init(404, "container_not_found", "\(failure)")
        case .conflict: self.init(409, "container_not_running", "\(failure)")
        case .unreachable, .timeout: self.init(503, "docker_unavailable", "\(failure)")
        case .refused: self.init(422, "refused", "\(failure)")
        default: self.init(502, "docker_failed", "\(failure)")
        }
    }

    @LoopActor func answer(on stream: TunnelStream) async throws {
        let body = ReportRefusal(status: status, code: code, error: message)
        stream.respond([
            HTTP2Field(":status", "\(status)"), HTTP2Field("content-type", "application/json"),
        ])
        try await stream.write(try JSONCoder.encode(body))
        stream.finish()
    }
}
