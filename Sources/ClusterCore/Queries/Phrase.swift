/// Numbers in sentences for people.
enum Phrase {
    /// `1 replica`, `2 replicas`.
    static func replicas(_ count: Int) -> String { "\(count) \(count == 1 ? "replica" : "replicas")" }

    /// One word for one, another for many.
    static func verb(_ count: Int, _ one: String, _ many: String) -> String { count == 1 ? one : many }
}
