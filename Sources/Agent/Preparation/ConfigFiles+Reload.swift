internal import EventLoop
internal import Model

extension ConfigFiles {
    /// What a reload has done, and what is left to do.
    struct Rewrite: Hashable, Sendable {
        /// The files that got another content, as the container sees them.
        var paths: [String] = []
        /// The signals that the container is to be sent.
        var signals: [ConfigReload.Signal] = []
    }

    private struct Change {
        var name: String
        var path: String
        var bytes: [UInt8]
        var reload: ConfigReload
    }

    /// Gives the live files of a running container the contents its replica's versions have, where they differ; blocks.
    ///
    /// Everything is read before anything is written. Which signals are due is written first of all: a process that
    /// dies now leaves them for the next one, which finds no difference any more.
    func rewrite(
        label: String, _ supplies: Supplies, container: String, of assignment: AssignmentID?
    ) throws -> Rewrite {
        let changes = try changes(label, supplies, container, assignment)
        let left = try run.dueSignals(container)
        var due = left
        for case .signal(let signal) in changes.map(\.reload) where !due.contains(signal) {
            due.append(signal)
        }
        if due != left { try run.setDueSignals(container, due) }
        for change in changes { try run.rewrite(container, change.name, change.bytes) }
        return Rewrite(paths: changes.map(\.path), signals: due)
    }

    private func changes(
        _ label: String, _ supplies: Supplies, _ container: String, _ assignment: AssignmentID?
    ) throws -> [Change] {
        var faults: [String] = []
        var changes: [Change] = []
        for (number, place) in Self.places(label).enumerated() {
            guard let place, let file = supplies.file(place, of: assignment), file.reload.isLive,
                let bytes = bytes(of: file, &faults)
            else { continue }
            let name = Self.name(number)
            guard let present = try run.content(container, name) else {
                faults.append(
                    "\(run.path(container, name)) is gone, which the container sees as \(place.path); "
                        + "its next start writes it anew")
                continue
            }
            guard present != bytes else { continue }
            changes.append(Change(name: name, path: place.path, bytes: bytes, reload: file.reload))
        }
        guard faults.isEmpty else { throw PreparationFailure(reasons: faults) }
        return changes
    }
}
