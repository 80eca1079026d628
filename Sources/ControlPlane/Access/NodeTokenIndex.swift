import ClusterCore
import Model
import TLS

/// Finds a node credential by its keyed hash; follows the core's rows.
///
/// The look-up compares hashes under a secret pepper, so its timing tells nothing about a token.
struct NodeTokenIndex {
    /// Whom a credential speaks for.
    struct Holder {
        let nodeID: NodeID
        let tokenID: TokenID
        /// When it stops speaking for it.
        let expiresAt: Timestamp?
    }

    private var holders: [[UInt8]: Holder] = [:]
    private var hashes: [TokenID: [UInt8]] = [:]

    init(_ rows: [TokenRow]) {
        for row in rows { put(row) }
    }

    func holder(of hash: KeyedHash) -> Holder? { holders[hash.bytes] }

    /// Whether a credential is still stored.
    func contains(_ id: TokenID) -> Bool { hashes[id] != nil }

    mutating func follow(_ changes: [RowChange]) {
        for change in changes {
            switch change.kind {
            case .put(.token(let row)): put(row)
            case .delete(.token(let id)): remove(id)
            default: break
            }
        }
    }

    private mutating func put(_ row: TokenRow) {
        if let old = hashes[row.id], old != row.hash { holders[old] = nil }
        hashes[row.id] = row.hash
        holders[row.hash] = Holder(
            nodeID: row.nodeID, tokenID: row.id, expiresAt: row.expiresAt)
    }

    private mutating func remove(_ id: TokenID) {
        if let hash = hashes.removeValue(forKey: id) { holders[hash] = nil }
    }
}
