import ArgumentParser

/// Which part of a list.
struct PagingOptions: ParsableArguments, Sendable {
    @Option(help: "The most items to show (1 to 1000).") var limit = 50
    @Option(help: "How many items to skip.") var offset = 0

    func query(status: String?) -> String {
        var query = Query()
        query.add("limit", "\(limit)")
        if offset != 0 { query.add("offset", "\(offset)") }
        query.add("status", status)
        return query.text
    }
}
