import Model

/// Which page of a list is wanted.
struct PageQuery {
    let limit: Int
    /// Items to skip; 0 where a cursor is given.
    let offset: Int
    private let list: String
    private let position: ListPosition?

    /// Reads `limit` and `offset` or `cursor`; the name of the list keeps its cursors apart from those of others.
    init(_ query: inout QueryReader, of list: String) {
        let limit = query.integer("limit", in: 1...Int64(ControlPlaneLimits.maxPageItems))
        self.limit = limit.map { Int($0) } ?? ControlPlaneLimits.pageItems
        let offset = query.integer("offset", in: 0...Int64(UInt32.max)).map { Int($0) }
        self.offset = offset ?? 0
        self.list = list
        let cursor = query.text("cursor")
        position = cursor.flatMap { ListPosition(cursor: $0, of: list) }
        guard cursor != nil else { return }
        if position == nil { query.fault("cursor", "is none that this list gave out; ask without it") }
        if offset != nil { query.fault("cursor", "and offset exclude each other") }
    }

    /// The page of a list that is in the order of its positions.
    func page<Whole, Item: Codable & Sendable>(
        of whole: [Whole], at place: (Whole) -> ListPosition, _ view: (Whole) -> Item?
    ) -> Page<Item> {
        let start = position.map { Self.first(behind: $0, whole, place) } ?? min(offset, whole.count)
        let shown = whole[start...].prefix(limit)
        let isLast = shown.endIndex == whole.endIndex
        let next = isLast ? nil : shown.last.map { place($0).cursor(of: list) }
        return Page(
            items: shown.compactMap(view), limit: limit, offset: position == nil ? offset : nil,
            nextCursor: next, total: whole.count)
    }

    /// The index of the first item behind a position, which may be gone.
    private static func first<Whole>(
        behind position: ListPosition, _ whole: [Whole], _ place: (Whole) -> ListPosition
    ) -> Int {
        var low = 0
        var high = whole.count
        while low < high {
            let middle = (low + high) / 2
            if place(whole[middle]) <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
