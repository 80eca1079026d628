/// What will happen when: a binary heap ordered by time, then by the order of scheduling.
struct EventQueue {
    private struct Entry {
        var at: Int64
        var order: UInt64
        var run: () -> Void

        func isBefore(_ other: Entry) -> Bool {
            at != other.at ? at < other.at : order < other.order
        }
    }

    private var entries: [Entry] = []
    private var order: UInt64 = 0

    var next: Int64? { entries.first?.at }

    mutating func add(at: Int64, _ run: @escaping () -> Void) {
        order += 1
        let entry = Entry(at: at, order: order, run: run)
        entries.append(entry)
        var hole = entries.count - 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard entry.isBefore(entries[parent]) else { break }
            entries[hole] = entries[parent]
            hole = parent
        }
        entries[hole] = entry
    }

    mutating func take() -> (() -> Void)? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first.run }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(last) else { break }
            entries[hole] = entries[child]
            hole = child
        }
        entries[hole] = last
        return first.run
    }
}
