import ClusterCore
import Model

/// What operators and nodes were told is done: it must be there after every crash.
struct Ledger {
    /// What a deployment was after a command.
    enum State: Equatable {
        case live(DeploymentSpec, nonce: UInt64)
        case deleted
    }

    struct Entry {
        var sequence: UInt64
        var state: State
    }

    private var histories: [DeploymentID: [Entry]] = [:]
    private var acknowledged: [DeploymentID: UInt64] = [:]
    private var nodes: Set<NodeID> = []
    private var deletedNodes: Set<NodeID> = []

    /// Books what a deployment is from an outcome on.
    mutating func decided(_ id: DeploymentID, _ state: State, sequence: UInt64) {
        guard histories[id]?.last?.state != state else { return }
        histories[id, default: []].append(Entry(sequence: sequence, state: state))
    }

    /// The outcome that made a deployment what it is.
    func newest(of id: DeploymentID) -> UInt64? { histories[id]?.last?.sequence }

    mutating func told(_ id: DeploymentID, sequence: UInt64) {
        acknowledged[id] = max(acknowledged[id] ?? 0, sequence)
    }

    mutating func registered(_ id: NodeID) { nodes.insert(id) }

    mutating func deletedNode(_ id: NodeID) { deletedNodes.insert(id) }

    /// Compares with what is stored, and forgets what was lost without a promise; the first broken promise.
    mutating func loaded(_ store: StoreModel) -> String? {
        for id in nodes.sorted() {
            guard case .node(let row)? = store.rows[.node(id)] else { return "registered node \(id) is gone" }
            if deletedNodes.contains(id), row.tombstone == nil { return "deleted node \(id) is back" }
        }
        for (id, entries) in histories.sorted(by: { $0.key < $1.key }) {
            let found = Self.state(of: id, in: store)
            let promised = acknowledged[id] ?? 0
            let last = entries.lastIndex { $0.state == found && $0.sequence >= promised }
            if let last {
                histories[id] = Array(entries[...last])
            } else if promised == 0, found == .deleted {
                histories[id] = nil
            } else {
                return "an acknowledged write to deployment \(id) is gone: told up to \(promised), "
                    + "stored up to \(store.committed)"
            }
        }
        return nil
    }

    /// An older database has come back: what it holds is what counts from now on.
    mutating func restored(_ store: StoreModel) {
        acknowledged = [:]
        histories = histories.mapValues { _ in [] }
        for case .deployment(let row) in store.rows.values {
            histories[row.id] = [Entry(sequence: 0, state: Self.state(of: row.id, in: store))]
        }
        histories = histories.filter { !$0.value.isEmpty }
    }

    private static func state(of id: DeploymentID, in store: StoreModel) -> State {
        guard case .deployment(let row)? = store.rows[.deployment(id)], row.deletedAt == nil else {
            return .deleted
        }
        return .live(row.spec, nonce: row.restartNonce)
    }
}
