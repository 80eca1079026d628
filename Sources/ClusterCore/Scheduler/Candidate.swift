import Model

/// A node as the scheduler sees it; planned placements are already in its usage.
struct Candidate: Sendable {
    let id: NodeID
    let ordinal: UInt64
    let name: String?
    let status: NodeStatus
    let inventory: Inventory
    let labels: [String: String]
    let foreignPorts: Set<UInt16>
    var usage: NodeUsage

    /// The name people know it by.
    var displayName: String { name ?? id.description }

    /// The larger of the committed fractions of processor and memory; 0 where nothing is known.
    var committedFraction: Double {
        max(
            Self.fraction(usage.cpuMillis, of: inventory.capacity?.cpuMillis),
            Self.fraction(usage.memoryBytes, of: inventory.capacity?.memoryBytes))
    }

    private static func fraction(_ used: Int64, of total: Int64?) -> Double {
        guard let total, total > 0 else { return 0 }
        return Double(used) / Double(total)
    }
}
