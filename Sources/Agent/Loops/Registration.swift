internal import EventLoop
internal import Logging
internal import Model

/// Finds out who this node is: by settings, by its file, or by registering.
@LoopActor
struct Registration {
    let configuration: AgentConfiguration
    let store: IdentityStore
    let link: ControlPlaneLink
    let status: LinkStatus
    let log: Logger

    /// The identity this node already has, without asking anybody; nil when it must register.
    func known() throws -> NodeIdentity? {
        if let identity = configuration.identity { return identity }
        guard let record = try store.load(), let token = record.nodeToken else { return nil }
        return NodeIdentity(nodeID: record.nodeID, token: Redacted(token))
    }

    /// Registers, again and again until it works; the id and key are durable before the first try.
    func register(ids source: any IDSource) async throws -> NodeIdentity {
        var ids = source
        guard let token = configuration.registrationToken else {
            throw AgentFailure(
                .state,
                "this node has no identity: set FLEDX_AGENT_NODE_ID and FLEDX_AGENT_NODE_TOKEN, "
                    + "or FLEDX_AGENT_REGISTRATION_TOKEN")
        }
        var record =
            try store.load()
            ?? IdentityStore.Record(
                nodeID: ids.nextIdentifier(), idempotencyKey: ids.nextUUID().description, nodeToken: nil)
        try store.save(record)
        var pause = RetryPause(
            firstMilliseconds: AgentLimits.retryMilliseconds,
            maxMilliseconds: AgentLimits.retryMaxMilliseconds)
        while true {
            do {
                let answer = try await link.register(
                    RegistrationRequest(
                        nodeID: record.nodeID, name: configuration.nodeName,
                        inventory: configuration.inventory),
                    token: token, idempotencyKey: record.idempotencyKey)
                record.nodeToken = answer.nodeToken
                record.nodeID = answer.nodeID
                try store.save(record)
                status.reached()
                log.info("registered as node \(answer.nodeID)")
                return NodeIdentity(nodeID: answer.nodeID, token: Redacted(answer.nodeToken))
            } catch let failure as AgentFailure where failure.kind != .state {
                let reason = ErrorReport.render(failure)
                if status.linkFault != reason { log.warning("\(reason); registering again until it works") }
                status.failed(reason)
                let own = pause.next(random: ids.nextRandom())
                try await LoopActor.sleep(milliseconds: max(own, failure.retryAfterMilliseconds ?? 0))
            }
        }
    }
}
