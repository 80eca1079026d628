import Model

/// A node as the filters see it when a replica is to change where it stands.
struct Candidate: Sendable {
    let id: NodeID
    let ordinal: UInt64
    let name: String?
    let status: NodeStatus
    let inventory: Inventory
    let labels: [String: String]
    let foreignPorts: Set<UInt16>
    var usage: NodeUsage
    let capabilities: Set<AgentCapability>
}
