internal import Model

/// Assignments to look at, first come first served, each once: no replica starves behind a busy one.
struct PlanQueue: Sendable {
    private var waiting: [AssignmentID] = []
    private var known: Set<AssignmentID> = []

    var isEmpty: Bool { waiting.isEmpty }

    mutating func add(_ id: AssignmentID) {
        guard known.insert(id).inserted else { return }
        waiting.append(id)
    }

    /// Adds several in the order of their ids, because a dictionary has none.
    mutating func add(all ids: some Sequence<AssignmentID>) { for id in ids.sorted() { add(id) } }

    mutating func takeAll() -> [AssignmentID] {
        defer { self = PlanQueue() }
        return waiting
    }
}
