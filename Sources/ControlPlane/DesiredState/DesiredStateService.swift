import ClusterCore
import EventLoop
import JSON
import Model
import Tunnel

/// Answers agents with their document: at once, with 304, or when there is a new one.
@LoopActor
final class DesiredStateService {
    let host: ClusterHost
    private let polls: LongPolls
    private let settings: ControlPlaneSettings
    private let keeper: SecretKeeper

    init(host: ClusterHost, polls: LongPolls, settings: ControlPlaneSettings, keeper: SecretKeeper) {
        self.keeper = keeper
        self.host = host
        self.polls = polls
        self.settings = settings
    }

    func desiredState(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        guard let holder = call.node else { throw .nodeUnauthorized }
        var query = try call.query()
        let wait = query.integer("wait", in: 0...ControlPlaneLimits.waitSeconds) ?? 0
        try query.finish()
        try checkVersion(call.header("x-agent-version"))
        noteContact(holder)
        // Who has not reported to this process is not kept waiting: it shall hear that its report is missed.
        let id = holder.nodeID
        guard wait > 0, !host.cluster.isHeld(id), !isMissed(id), try isUnchanged(call, id) else {
            return .answer(try answer(call, id))
        }
        let poll = polls.wait(holder, milliseconds: wait * 1000) { self.finish(call, holder) }
        guard let poll else { return .answer(try answer(call, holder.nodeID)) }
        host.credentialWatch.opened(until: holder.expiresAt)
        call.onAbandoned = { self.polls.cancel(poll) }
        return .later
    }

    /// What is pushed to a node: nothing while its history is unconfirmed, and nothing to agents outside the window.
    func pushed(to id: NodeID, agentVersion: String?) -> (mark: DocumentMark, body: [UInt8])? {
        guard settings.agentWindow.serves(agentVersion), !host.cluster.isHeld(id),
            let document = host.cluster.document(for: id), let body = try? JSONCoder.encode(wire(document))
        else { return nil }
        return (DocumentMark(epoch: document.epoch, headRevision: document.revision), body)
    }

    /// A credential that was taken back or has expired while it waited is good no longer.
    private func finish(_ call: APICall, _ holder: NodeTokenIndex.Holder) {
        do throws(Refusal) {
            guard host.tokens.contains(holder.tokenID) else { throw Refusal.nodeUnauthorized }
            if let end = holder.expiresAt, end <= host.clock.now().wall { throw Refusal.nodeExpired }
            call.answer(.success(try answer(call, holder.nodeID)))
        } catch {
            call.answer(.failure(error))
        }
    }

    private func answer(_ call: APICall, _ id: NodeID) throws(Refusal) -> Answer {
        try answer(call, id) { (document) throws(Refusal) in try self.wire(document) }
    }

    /// Something made of a node's document, unless that is known or may not be told.
    func answer<Body: Encodable>(
        _ call: APICall, _ id: NodeID, _ body: (NodeDocument) throws(Refusal) -> Body
    ) throws(Refusal) -> Answer {
        guard !host.cluster.isHeld(id) else { throw .unconfirmedHistory }
        let tag = try self.tag(id)
        var headers = [("etag", "\"\(tag)\"")] + AgentHeaders.of(settings)
        if isMissed(id) { headers.append((AgentHeaders.reportWanted, "true")) }
        guard !host.cluster.awaitsReport(id) else { return try unheard(call) }
        if matches(call, tag) { return .empty(.notModified, headers: headers) }
        guard let document = host.cluster.document(for: id) else { throw .nodeUnauthorized }
        return try .json(try body(document), headers: headers)
    }

    /// Nothing is told to a node before its report shows which history it acts in; it reports at once when it hears that.
    private func unheard(_ call: APICall) throws(Refusal) -> Answer {
        let headers = AgentHeaders.of(settings) + [(AgentHeaders.reportWanted, "true")]
        guard call.header("if-none-match") == nil else { return .empty(.notModified, headers: headers) }
        throw Refusal(
            .serviceUnavailable, "report_wanted", "the node has not reported to this process yet",
            headers: headers + [("retry-after", "1")])
    }

    /// Whether this process waits for the node's word on what it has; also one that was given up and only polls.
    private func isMissed(_ id: NodeID) -> Bool { host.cluster.missesReport(id) }

    private func isUnchanged(_ call: APICall, _ id: NodeID) throws(Refusal) -> Bool {
        matches(call, try tag(id))
    }

    private func matches(_ call: APICall, _ tag: String) -> Bool {
        guard let wanted = call.header("if-none-match") else { return false }
        return EntityTag.list(wanted, names: tag, weakly: true)
    }

    private func tag(_ id: NodeID) throws(Refusal) -> String {
        guard let revision = host.cluster.headRevision(of: id) else { throw .nodeUnauthorized }
        return "\(host.cluster.epoch).\(revision)"
    }

    private func wire(_ document: NodeDocument) throws(Refusal) -> DesiredStateDocument {
        DesiredStateDocument(
            epoch: document.epoch, revision: document.revision, headRevision: document.revision,
            accepts: document.accepts, emptiedBy: document.emptiedBy, controlPlaneVersion: Version.current,
            minSupportedAgentVersion: settings.agentWindow.oldest.description,
            maxSupportedAgentVersion: settings.agentWindow.newest.description, tunnel: settings.tunnel,
            upgradeURL: settings.upgradeURL, deployments: document.replicas,
            configs: DocumentSecrets.configs(of: document),
            secrets: try DocumentSecrets.of(document, keeper))
    }

    /// Only the document is refused to agents outside the window: they are heard all the same.
    private func checkVersion(_ version: String?) throws(Refusal) {
        guard !settings.agentWindow.serves(version) else { return }
        throw .unsupportedAgent(version ?? "", settings)
    }

    /// A poll is a sign of life; while the store refuses changes it is still answered.
    func noteContact(_ holder: NodeTokenIndex.Holder) {
        let contact = RecordContact(nodeID: holder.nodeID, tokenID: holder.tokenID)
        do { _ = try host.perform(.recordContact(contact)) } catch { return }
    }
}

extension Refusal {
    /// What an agent hears whose version is outside the window, and what it can tell its operator.
    fileprivate static func unsupportedAgent(_ version: String, _ settings: ControlPlaneSettings) -> Refusal {
        let window = settings.agentWindow
        let found = String(version.prefix(64))
        var refusal = Refusal(
            .upgradeRequired, "unsupported_agent_version",
            "agent version '\(found)' is outside \(window.oldest) to \(window.newest)",
            headers: AgentHeaders.of(settings) + [("upgrade", "fledx-agent/\(window.newest)")])
        refusal.extra = [
            ("agent_version", found), ("min_supported", window.oldest.description),
            ("max_supported", window.newest.description), ("upgrade_url", settings.upgradeURL ?? ""),
        ].map { JSONMember(key: $0, value: .string($1)) }
        return refusal
    }
}
