import Model

/// Why one node does not take a replica; put into words only for the example that is shown.
enum Refusal: Sendable {
    case status(NodeStatus)
    case cordon(NodeAvailability)
    case unconfirmed
    case agentVersion(found: String?, window: AgentWindow?)
    case agentTooOld(AgentCapability)
    case publicIP
    case arch(wanted: String, found: String?)
    case os(wanted: String, found: String?)
    case label(key: String, wanted: String, found: String?)
    case capacity(resource: String, wanted: Int64, found: Int64)
    case maxPerNode(Int)
    case freeCapacity(resource: String, wanted: Int64, free: Int64)
    case configPayload(bytes: Int, limit: Int)
    case portReserved(PortTable.Key, by: DeploymentID)
    case portForeign(PortTable.Key)
    case portRangeExhausted(ClosedRange<UInt16>)

    /// The filter that refused.
    var filter: PlacementFilter {
        switch self {
        case .status: .status
        case .cordon: .cordon
        case .unconfirmed: .unconfirmed
        case .agentVersion: .agentVersion
        case .agentTooOld: .agentCapability
        case .publicIP: .publicIP
        case .arch: .arch
        case .os: .os
        case .label: .labels
        case .capacity: .capacity
        case .maxPerNode: .maxPerNode
        case .freeCapacity: .freeCapacity
        case .configPayload: .configPayload
        case .portReserved, .portForeign, .portRangeExhausted: .ports
        }
    }

    /// The reason in words, deployments by id.
    var detail: String { detail { _ in nil } }

    /// The reason in words; deployments by the name they are found by.
    func detail(naming deployment: (DeploymentID) -> String?) -> String {
        switch self {
        case .status(let status): "is \(status.rawValue)"
        case .cordon(.draining): "is being drained"
        case .cordon: "is cordoned"
        case .unconfirmed: "acts in another history, which an operator has to confirm"
        case .agentVersion(let found, let window):
            "its agent is \(found ?? "of unknown version")"
                + (window.map { ", outside \($0.oldest) to \($0.newest)" } ?? "")
        case .agentTooOld(let capability): "agent_too_old: \(capability.rawValue)"
        case .publicIP: "has no public address"
        case .arch(let wanted, let found): "is \(found ?? "of unknown arch"), wanted \(wanted)"
        case .os(let wanted, let found): "runs \(found ?? "an unknown os"), wanted \(wanted)"
        case .label(let key, let wanted, let found):
            found.map { "label \(key) is \($0), wanted \(wanted)" } ?? "has no label \(key), wanted \(wanted)"
        case .capacity(let resource, let wanted, let found): "has \(found) \(resource), wanted \(wanted)"
        case .maxPerNode(let most): "has \(most) replicas of it, as many as allowed"
        case .freeCapacity(let resource, let wanted, let free):
            "has \(free) \(resource) left, wanted \(wanted)"
        case .configPayload(let bytes, let limit):
            "would be sent \(bytes) bytes of configs, at most \(limit) are"
        case .portReserved(let key, let holder):
            "\(key.transport.rawValue) port \(key.port) is reserved by deployment "
                + (deployment(holder) ?? "\(holder)")
        case .portForeign(let key): "port \(key.port) is taken by something else on the node"
        case .portRangeExhausted(let range): "no port from \(range.lowerBound) to \(range.upperBound) is free"
        }
    }
}
