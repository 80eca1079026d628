import ClusterCore
import EventLoop
import HTTPServer
import Model

@LoopActor
final class ControlPlaneMetrics {
    init(host: ClusterHost, polls: LongPolls) {}
    func count(_ effect: Effect) {}
    func loopLagged(nanoseconds: UInt64) {}
    func answered(_ record: AccessRecord) {}
    func render(_ call: APICall) throws(Refusal) -> APIRoute.Disposition { .answer(.text("")) }
}
