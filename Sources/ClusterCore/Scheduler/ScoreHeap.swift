/// A binary heap of nodes, the most wanted first.
struct ScoreHeap {
    struct Item {
        var score: PlacementScore
        var candidate: Int
        var rounds: Int
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
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
                if items[child].score < items[best].score { best = child }
            }
            guard best != parent else { return }
            items.swapAt(parent, best)
            parent = best
        }
    }
}
