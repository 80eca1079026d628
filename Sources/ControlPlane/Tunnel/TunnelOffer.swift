import EventLoop
import Model
import Tunnel

/// What an agent says when it opens a tunnel.
struct TunnelOffer {
    /// Who it is, and by which credential.
    let holder: NodeTokenIndex.Holder
    /// One life of its process.
    let boot: String
    /// Counts the sessions of that life.
    let session: UInt64
    /// Its version.
    let version: String?

    /// Reads the head of a request; tells every field that is missing or wrong.
    @LoopActor init(_ call: APICall, _ holder: NodeTokenIndex.Holder) throws(Refusal) {
        var faults: [FieldFault] = []
        let boot = call.header(TunnelProtocol.bootHeader) ?? ""
        if boot.isEmpty || boot.utf8.count > ControlPlaneLimits.bootBytes {
            faults.append(
                FieldFault(field: TunnelProtocol.bootHeader, message: "an id of the agent's life is expected")
            )
        }
        let session = call.header(TunnelProtocol.sessionHeader).flatMap { UInt64($0) }
        if session == nil {
            faults.append(
                FieldFault(field: TunnelProtocol.sessionHeader, message: "a whole number is expected"))
        }
        guard faults.isEmpty, let session else {
            throw .badRequest("the head of the tunnel's request is not complete", details: faults)
        }
        self.holder = holder
        self.boot = boot
        self.session = session
        version = call.header(TunnelProtocol.versionHeader).map { String($0.prefix(64)) }
    }
}
