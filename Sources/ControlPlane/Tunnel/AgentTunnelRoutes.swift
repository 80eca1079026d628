import EventLoop
import HTTPServer
import Model
import Tunnel

/// Where agents open their tunnel.
@LoopActor
enum AgentTunnelRoutes {
    static func routes(_ hub: TunnelHub) -> [APIRoute] {
        [
            APIRoute(.get, TunnelProtocol.path, .tunnel, bodyLimit: 0, isRepeatable: false) {
                (call) throws(Refusal) in try open(call, hub)
            }
        ]
    }

    private static func open(_ call: APICall, _ hub: TunnelHub) throws(Refusal) -> APIRoute.Disposition {
        guard let holder = call.node else { throw .nodeUnauthorized }
        try call.refuseQuery()
        guard call.request.offersUpgrade, call.header("upgrade") == TunnelProtocol.name else {
            throw Refusal(
                .upgradeRequired, "upgrade_required", "this is where agents open their tunnel",
                headers: [("upgrade", TunnelProtocol.name)])
        }
        let offer = try TunnelOffer(call, holder)
        try hub.admit(offer)
        return .answer(
            .upgrade(to: TunnelProtocol.name) { stream, received in hub.open(offer, stream, received) })
    }
}
