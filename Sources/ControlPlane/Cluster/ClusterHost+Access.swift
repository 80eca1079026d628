import EventLoop
import Model
import SQLite

/// The stored credentials beside the core: changed in memory and queued for the disk in one turn of the loop.
extension ClusterHost {
    /// Makes changes that nobody may be told of before they are durable; together with what this turn of the loop
    /// has decided already they are one transaction.
    func decide(_ changes: [AccessChange]) throws(Refusal) {
        do {
            try store.worker.submitJoined(changes.map(\.statement))
        } catch {
            throw .storage(error)
        }
        for change in changes { access.apply(change) }
        credentialsChanged()
    }

    /// Whether what was opened with an operator's credential may go on.
    func isValid(_ grant: OperatorGrant) -> Bool {
        let now = clock.now().wall
        if let end = grant.expiresAt, end <= now { return false }
        if let id = grant.tokenID { return access.operators[id] != nil }
        return !(environmentGivesWay && access.hasProvenAdmin(at: now))
    }

    /// Whether a node's credential is still stored and has not expired.
    func isValid(_ holder: NodeTokenIndex.Holder) -> Bool {
        tokens.contains(holder.tokenID) && (holder.expiresAt.map { $0 > clock.now().wall } ?? true)
    }

    /// Makes a change that may be lost, such as when a credential was last used.
    func note(_ change: AccessChange) {
        access.apply(change)
        store.worker.submitTelemetry([change.statement])
    }

    /// Throws what `decide` would throw, so that a request is refused before it changes anything.
    func requireStorage() throws(Refusal) {
        if let shortage { throw .storage(shortage) }
        do {
            try store.worker.admit()
        } catch {
            throw .storage(error)
        }
    }
}
