import Model
import NodeCore

/// What will happen when, in order of time and then of scheduling.
struct Timeline {
    enum Entry {
        /// Docker does it, in which life of the agent it was asked for.
        case execute(NodeAction, life: Int)
        case result(ActionID, ActionResult, life: Int)
        case event(ContainerID, ContainerChange)
        case programEnds(ContainerID, run: Int)
    }

    private var entries: [(at: Int64, order: Int, entry: Entry)] = []
    private var order = 0

    var next: Int64? { entries.first?.at }

    mutating func add(at: Int64, _ entry: Entry) {
        order += 1
        let place = entries.firstIndex { $0.at > at } ?? entries.count
        entries.insert((at, order, entry), at: place)
    }

    mutating func take() -> Entry? { entries.isEmpty ? nil : entries.removeFirst().entry }

    mutating func removeAll(where isGone: (Entry) -> Bool) { entries.removeAll { isGone($0.entry) } }
}
