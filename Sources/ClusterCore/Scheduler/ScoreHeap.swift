/// A binary heap of nodes, the most wanted first.
struct ScoreHeap {
    struct Item {
        var score: PlacementScore
        /// The node's position in the index.
        var slot: UInt32
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
        var hole = start
        let sinking = items[start]
        while true {
            var child = 2 * hole + 1
            guard child < items.count else { break }
            if child + 1 < items.count, items[child + 1].score < items[child].score { child += 1 }
            guard items[child].score < sinking.score else { break }
            items[hole] = items[child]
            hole = child
        }
        items[hole] = sinking
    }
}
