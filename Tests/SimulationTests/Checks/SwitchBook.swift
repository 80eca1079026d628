import Model

/// How often a node has changed from one container to another for a placement, counted anew with each generation it is
/// told and with each history: to the new one, and back when that does not work.
struct SwitchBook {
    static let most = 2

    /// Under which orders a container is started.
    struct Orders: Equatable {
        var epoch: Epoch
        var generation: UInt64
        /// What the right container is made from.
        var hash: String
        /// What its live files hold.
        var files: [String: ContainerFiles.File] = [:]
    }

    private struct Entry {
        var orders: Orders
        var hash: String
        var switches = 0
        /// Whether its node was told another generation since.
        var wasToldOther = false
    }

    private var entries: [AssignmentID: Entry] = [:]

    /// A container was started; how often its placement has switched under these orders.
    mutating func started(_ assignment: AssignmentID, hash: String, under orders: Orders) -> Int {
        guard var entry = entries[assignment] else {
            entries[assignment] = Entry(orders: orders, hash: hash)
            return 0
        }
        if entry.orders != orders || entry.wasToldOther {
            entry.orders = orders
            entry.switches = 0
            entry.wasToldOther = false
            // One that is not the new one yet is the way back from what was tried before.
            if hash != orders.hash { entry.hash = hash }
        }
        if entry.hash != hash { entry.switches += 1 }
        entry.hash = hash
        entries[assignment] = entry
        return entry.switches
    }

    /// A node acts on a document: what was not to be tried again may be, once another generation was wished for, also
    /// where an older database counts the same generation again.
    mutating func told(_ assignment: AssignmentID, generation: UInt64) {
        guard let entry = entries[assignment], entry.orders.generation != generation else { return }
        entries[assignment]?.wasToldOther = true
    }

    /// Somebody else removed a container of a placement, another program holds its port, or the node cannot write down
    /// what it has done: what it runs next is no change of its own will.
    mutating func excused(_ assignment: AssignmentID) { entries[assignment] = nil }
}
