/// One page of a list.
public struct Page<Item: Codable & Sendable>: Codable, Sendable {
    /// The items of this page.
    public var items: [Item]
    /// The most items a page was asked to have.
    public var limit: Int
    /// How many items were skipped.
    public var offset: Int
    /// How many items there are in all.
    public var total: Int

    /// Puts a page together.
    public init(items: [Item], limit: Int, offset: Int, total: Int) {
        self.items = items
        self.limit = limit
        self.offset = offset
        self.total = total
    }
}
