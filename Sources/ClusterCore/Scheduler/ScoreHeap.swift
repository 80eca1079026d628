/// A binary heap of nodes, the most wanted first.
struct ScoreHeap {
    struct Item {
        var score: PlacementScore
        /// The node's position in the index.
        var slot: Int
    }

    private var items: [Item]

    init(_ items: [Item]) {
        self.items = items
        for index in stride(from: items.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
    }

    /// The most wanted node.
    var first: Item? { items.first }

    /// Takes the most wanted node away.
    mutating func removeFirst() {
        guard let last = items.popLast(), !items.isEmpty else { return }
        items[0] = last
        siftDown(from: 0)
    }

    /// Gives the most wanted node another score.
    mutating func replaceFirst(with item: Item) {
        items[0] = item
        siftDown(from: 0)
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var best = parent
            let left = 2 * parent + 1
            if left < items.count, items[left].score < items[best].score { best = left }
            if left + 1 < items.count, items[left + 1].score < items[best].score { best = left + 1 }
            guard best != parent else { return }
            items.swapAt(parent, best)
            parent = best
        }
    }
}
