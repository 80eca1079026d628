import Model

/// Which page of a list is wanted.
struct PageQuery {
    let limit: Int
    let offset: Int

    init(_ query: inout QueryReader) {
        let limit = query.integer("limit", in: 1...Int64(ControlPlaneLimits.maxPageItems))
        self.limit = limit.map { Int($0) } ?? ControlPlaneLimits.pageItems
        offset = query.integer("offset", in: 0...Int64(UInt32.max)).map { Int($0) } ?? 0
    }

    func page<Whole, Item: Codable & Sendable>(of whole: [Whole], _ view: (Whole) -> Item) -> Page<Item> {
        let items = whole.dropFirst(offset).prefix(limit).map(view)
        return Page(items: items, limit: limit, offset: offset, total: whole.count)
    }
}
