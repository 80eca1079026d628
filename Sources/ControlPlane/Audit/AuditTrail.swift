import ClusterCore
import EventLoop
import HTTP1
import HTTPServer
import JSON
import Model
import SQLite

/// Writes down every change that anybody makes or tries, in the same transaction as the change.
@LoopActor
final class AuditTrail {
    /// What an answered request is about, known before it changes anything.
    struct Subject {
        let action: AuditAction
        let resourceID: String?
        /// What else the path names.
        var path: [JSONMember] = []
    }

    private let host: ClusterHost
    private let redaction: AuditRedaction
    private let retentionMilliseconds: Int64
    private var refused = RefusedCredentials()
    private var relayed = RelayedRequests()
    private var timer: Timer?

    init(host: ClusterHost, settings: ControlPlaneSettings) {
        self.host = host
        redaction = settings.auditRedaction
        retentionMilliseconds = settings.auditRetentionSecs * 1000
    }

    /// What a request is about; nil when it only rehearses.
    func subject(of call: APICall, _ action: AuditAction) -> Subject? {
        guard !Self.isDryRun(call) else { return nil }
        var action = action
        if action.action == "deployment.update", let named = action.naming(wantedBy: call.body) {
            action = named
        }
        let names = call.request.parameters.filter { $0.name != "id" }
        return Subject(
            action: action, resourceID: resourceID(call, action),
            path: names.map { JSONMember(key: $0.name, value: .string(resolved($0.name, $0.value))) })
    }

    /// Writes down that something begins whose effect is outside the database and may come before its answer.
    ///
    /// - Returns: The barrier's number of the entry: it begins once that is durable.
    /// - Throws: What refuses it: nothing is begun that is not written down.
    func begin(_ subject: Subject, _ call: APICall) throws(Refusal) -> UInt64 {
        var entry = entry(subject, call, .success(.empty(.noContent)))
        entry.result = .begun
        do {
            return try host.store.worker.submitJoined([AuditRecords.insert(entry)])
        } catch {
            throw .storage(error)
        }
    }

    /// Writes an entry down; the caller is in the turn of the loop in which the change was made.
    ///
    /// - Throws: What refuses the change as well: nothing is changed that is not written down. Who reads is answered.
    func record(_ subject: Subject, _ call: APICall, _ result: Result<Answer, Refusal>) throws(Refusal) {
        guard !subject.action.isCounted else { return countRelayed(call, result) }
        let entry = entry(subject, call, result)
        // The last room is kept for what changes something.
        let isDispensable =
            entry.result == .failure || subject.action.onlyReads || subject.action.actsOutside
        if isDispensable, host.shortage != nil { return }
        var entries = [entry]
        if entry.result == .success { entries += call.consequences.map { $0.entry(like: entry) } }
        do {
            try host.store.worker.submitJoined(entries.map(AuditRecords.insert))
        } catch {
            // What has changed nothing keeps its own answer.
            if !isDispensable { throw .storage(error) }
        }
    }

    /// Counts a refused credential; what was counted is written once a minute.
    ///
    /// Who has shown too many wrong ones already gets no further entry of the minute for what else is tried.
    func count(_ call: APICall, _ fault: CredentialFault, isExcess: Bool) {
        let route = "\(call.request.method.name) \(call.request.route ?? "-")"
        refused.add(
            RefusedCredentials.Group(
                client: ClientAddress.network(of: call.client), route: route, fault: fault,
                actorID: call.grant?.actorID, actor: call.grant?.name), opening: !isExcess)
        flushLater()
    }

    /// Counts a relayed request; what was counted is written once a minute.
    private func countRelayed(_ call: APICall, _ result: Result<Answer, Refusal>) {
        var code: String?
        if case .failure(let refusal) = result { code = refusal.code }
        let deployment = call.parameter("deployment")
        let node = call.parameter("node")
        relayed.add(
            RelayedRequests.Group(
                client: call.client, actorID: call.grant?.actorID, actor: call.grant?.name,
                role: call.grant?.role?.rawValue,
                node: host.cluster.nodeID(named: node).map { "\($0)" } ?? String(node.prefix(64)),
                target: deployment.isEmpty
                    ? "-" : "\(deployment.prefix(128)):\(call.parameter("port").prefix(8))", code: code))
        flushLater()
    }

    private func flushLater() {
        guard timer == nil else { return }
        let timer = Timer()
        self.timer = timer
        timer.start(afterMilliseconds: 60_000) { [weak self] in self?.flush() }
    }

    /// Notes that an operator's token of the settings is in use.
    func environmentTokenUsed(_ actorID: String) {
        let entry = AuditEntry(
            id: 0, at: host.clock.now().wall, action: "auth.env_token_used", resourceType: "operator",
            resourceID: actorID, result: .success, actorID: actorID, actor: "environment", role: "admin")
        host.store.worker.submitTelemetry([AuditRecords.insert(entry)])
    }

    /// Writes down what was counted.
    func flush() {
        timer?.close()
        timer = nil
        guard !refused.isEmpty || !relayed.isEmpty else { return }
        let now = host.clock.now().wall
        let entries = refused.take(at: now) + relayed.take(at: now)
        host.store.worker.submitTelemetry(entries.map(AuditRecords.insert))
    }

    /// Takes away what is older than the retention, and what is too much.
    func cleanups(everyMilliseconds pause: Int64) -> [HistoryCleanup] {
        [
            HistoryCleanup(host: host, pauseMilliseconds: pause) {
                [host, retentionMilliseconds] in
                let now = host.clock.now().wall
                return AuditRecords.prune(before: now.adding(milliseconds: -retentionMilliseconds))
            },
            HistoryCleanup(host: host, pauseMilliseconds: pause) {
                AuditRecords.pruneRefused(keeping: ControlPlaneLimits.storedRefusals)
            },
            HistoryCleanup(host: host, pauseMilliseconds: pause) {
                AuditRecords.prune(keeping: ControlPlaneLimits.storedAuditEntries)
            },
        ]
    }

    private func entry(
        _ subject: Subject, _ call: APICall, _ result: Result<Answer, Refusal>
    ) -> AuditEntry {
        var entry = AuditEntry(
            id: 0, at: host.clock.now().wall, action: subject.action.action,
            resourceType: subject.action.resourceType, resourceID: subject.resourceID, result: .success,
            actorID: call.grant?.actorID ?? call.registrationToken.map { "\($0)" },
            actor: call.grant?.name ?? (call.grant == nil ? "registration" : nil),
            role: call.grant?.role?.rawValue, requestID: call.requestID, client: call.client,
            payload: redaction.summary(path: subject.path, query: Self.query(of: call), call.body))
        switch result {
        case .success(let answer): entry.resourceID = entry.resourceID ?? Self.created(answer)
        case .failure(let refusal):
            entry.result = .failure
            entry.code = refusal.code
        }
        return entry
    }

    /// The id of what the path names, before it may be gone.
    private func resourceID(_ call: APICall, _ action: AuditAction) -> String? {
        let reference = call.parameter("id")
        guard !reference.isEmpty else { return nil }
        switch action.resourceType {
        case "deployment": return resolved("deployment_id", reference)
        case "node": return resolved("node_id", reference)
        case "config": return host.cluster.configID(named: reference).map { "\($0)" } ?? reference
        case "registry_credential":
            return host.cluster.registryCredentialID(named: reference).map { "\($0)" } ?? reference
        case "operator_token":
            return host.access.operators.values.first { $0.name == reference }.map { "\($0.id)" } ?? reference
        case "registration_token":
            return host.access.registrations.values.first { $0.name == reference }.map { "\($0.id)" }
                ?? reference
        default: return reference
        }
    }

    /// The id of what a parameter names.
    private func resolved(_ parameter: String, _ reference: String) -> String {
        switch parameter {
        case "deployment_id": host.cluster.deploymentID(named: reference).map { "\($0)" } ?? reference
        case "node_id": host.cluster.nodeID(named: reference).map { "\($0)" } ?? reference
        default: reference
        }
    }

    /// What the query says; a name that is given more than once has a list.
    private static func query(of call: APICall) -> [JSONMember] {
        guard call.request.target.query != nil, let items = try? call.request.query().parameters else {
            return []
        }
        var members: [JSONMember] = []
        for item in items where !members.contains(where: { $0.key == item.name }) {
            let values = items.filter { $0.name == item.name }.map { JSONNode.string($0.value) }
            members.append(
                JSONMember(key: item.name, value: values.count == 1 ? values[0] : .array(values)))
        }
        return members
    }

    /// The id at the end of `Location`.
    private static func created(_ answer: Answer) -> String? {
        guard let location = answer.headers["location"],
            let slash = location.utf8.lastIndex(of: UInt8(ascii: "/"))
        else { return nil }
        return String(location[location.utf8.index(after: slash)...])
    }

    private static func isDryRun(_ call: APICall) -> Bool {
        guard call.request.target.query != nil, var query = try? call.query() else { return false }
        return query.flag("dry_run")
    }
}
