internal import EventLoop
internal import HTTP2
internal import JSON
internal import Model
internal import Tunnel

/// What an agent says of itself through its tunnel: what its own listener says, for whoever cannot reach that.
@LoopActor
final class SelfView {
    private let driver: NodeDriver
    private let readiness: @LoopActor () -> [String]
    private let metrics: @LoopActor () -> String

    init(
        driver: NodeDriver, readiness: @escaping @LoopActor () -> [String],
        metrics: @escaping @LoopActor () -> String
    ) {
        self.driver = driver
        self.readiness = readiness
        self.metrics = metrics
    }

    func status(_ stream: TunnelStream) async throws {
        let document = driver.appliedDocument
        let status = AgentStatus(
            reasons: readiness(), agentVersion: Version.current,
            applied: document.map { NodeReport.Applied(epoch: $0.epoch, revision: $0.revision) },
            replicas: document?.deployments.count ?? 0)
        try await answer(stream, "application/json", try JSONCoder.encode(status))
    }

    func metrics(_ stream: TunnelStream) async throws {
        try await answer(stream, "text/plain; version=0.0.4; charset=utf-8", Array(metrics().utf8))
    }

    private func answer(_ stream: TunnelStream, _ type: String, _ body: [UInt8]) async throws {
        stream.respond([HTTP2Field(":status", "200"), HTTP2Field("content-type", type)])
        try await stream.write(body)
        stream.finish()
    }
}
