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
        return NodeIdentity(nodeID: record.nodeID, token: Redacted(token), file: store.path)
    }

    /// Registers, again and again until it works; the id and key are durable before the first try.
    func register(ids source: any IDSource) async throws -> NodeIdentity {
        var ids = source
        guard configuration.registrationToken != nil || configuration.registrationTokenFile != nil else {
            throw AgentFailure(
                .state,
                AgentConfiguration.noIdentity(store.path))
        }
        var record =
            try store.load()
            ?? IdentityStore.Record(
                nodeID: ids.nextIdentifier(), idempotencyKey: ids.nextUUID().description, nodeToken: nil)
        try store.save(record)
        var pause = RetryPause(
            firstMilliseconds: AgentLimits.retryMilliseconds,
            maxMilliseconds: AgentLimits.retryMaxMilliseconds)
        var refusedPause = RetryPause(
            firstMilliseconds: AgentLimits.retryMilliseconds,
            maxMilliseconds: AgentLimits.refusedMaxMilliseconds)
        var known: String?
        while true {
            do {
                let answer = try await link.register(
                    RegistrationRequest(
                        nodeID: record.nodeID, name: configuration.nodeName,
                        inventory: configuration.inventory),
                    token: try token(), idempotencyKey: record.idempotencyKey, identityFile: store.path)
                record.nodeToken = answer.nodeToken
                record.nodeID = answer.nodeID
                try store.save(record)
                status.reached()
                log.info("registered as node \(answer.nodeID)")
                return NodeIdentity(
                    nodeID: answer.nodeID, token: Redacted(answer.nodeToken), file: store.path)
            } catch let failure as AgentFailure {
                let reason = ErrorReport.render(failure)
                if known != reason { log.warning("\(reason); registering again until it works") }
                known = reason
                status.failed("not registered: \(reason); tried again until it works")
                let own =
                    failure.kind == .refused
                    ? refusedPause.next(random: ids.nextRandom()) : pause.next(random: ids.nextRandom())
                try await LoopActor.sleep(milliseconds: max(own, failure.retryAfterMilliseconds ?? 0))
            }
        }
    }

    /// The token as it is now: a file may have been replaced since the last try.
    private func token() throws -> Redacted<String> {
        if let token = configuration.registrationToken { return token }
        let path = configuration.registrationTokenFile ?? ""
        do {
            let visible = try FileIO.read(path, limitBytes: AgentLimits.identityBytes).filter { $0 > 0x20 }
            guard !visible.isEmpty else { throw AgentFailure(.state, "it is empty") }
            return Redacted(String(decoding: visible, as: UTF8.self))
        } catch {
            throw AgentFailure(.state, "the registration token in \(path) cannot be read", cause: error)
        }
    }
}
