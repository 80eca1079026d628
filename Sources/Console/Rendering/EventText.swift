import Model

/// Events for people.
enum EventText {
    static func list(_ page: EventPage, width: Int? = nil) -> String {
        guard !page.items.isEmpty else { return "no events\n" }
        var table = Table(["TIME", "KIND", "EVENT"])
        for event in page.items { table.add(["\(event.at)", event.kind, event.text]) }
        return table.text(width: width, Table.Fit(dropping: ["KIND"], wrapsLast: true))
    }

    /// One event as a line of a stream.
    static func line(_ event: EventView) -> String { "\(event.at) \(event.kind) \(event.text)\n" }
}
