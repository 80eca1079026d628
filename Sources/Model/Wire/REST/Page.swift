/// One page of a list.
public struct Page<Item: Codable & Sendable>: Codable, Sendable {
    /// The items of this page.
    public var items: [Item]
    /// The most items a page was asked to have.
    public var limit: Int
    /// How many items were skipped; nil on a page that was asked for by a cursor.
    public var offset: Int?
    /// What asks for the page behind this one; nil on the last page.
    public var nextCursor: String?
    /// How many items there are in all.
    public var total: Int

    /// Puts a page together.
    public init(items: [Item], limit: Int, offset: Int?, nextCursor: String? = nil, total: Int) {
        self.items = items
        self.limit = limit
        self.offset = offset
        self.nextCursor = nextCursor
        self.total = total
    }

    private enum CodingKeys: String, CodingKey {
        case items, limit, offset, total
        case nextCursor = "next_cursor"
    }
}
