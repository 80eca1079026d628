import JSON
import Model

/// What a request did to one of the several things it was about.
struct Consequence {
    let action: String
    let resourceType: String
    let resourceID: String?
    let payload: [JSONMember]

    /// What an applied document did to one of its items; nil where that is nothing.
    init?(_ item: AppliedItem) {
        let verb: String
        switch item.action {
        case .created: verb = "create"
        case .changed: verb = "update"
        case .pruned: verb = "delete"
        case .unchanged: return nil
        }
        resourceType = item.kind.rawValue
        action = "\(resourceType).\(verb)"
        resourceID = item.id
        var payload = [
            JSONMember(key: "name", value: .string(item.name)), JSONMember(key: "by", value: "cluster.apply"),
        ]
        if !item.changes.isEmpty {
            payload.append(JSONMember(key: "fields", value: .array(item.changes.map { .string($0.field) })))
        }
        self.payload = payload
    }

    /// An entry by the same hand as that of the whole request.
    func entry(like whole: AuditEntry) -> AuditEntry {
        var entry = whole
        entry.action = action
        entry.resourceType = resourceType
        entry.resourceID = resourceID
        let text = String(decoding: JSONNode.object(payload).encoded(), as: UTF8.self)
        entry.payload = String(text.prefix(ControlPlaneLimits.auditPayloadCharacters))
        return entry
    }
}
