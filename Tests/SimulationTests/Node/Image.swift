/// What the images of the simulated registry do.
enum Image {
    static let good = ["good:1", "good:2", "good:3", "good:4"]
    /// Its registry often does not answer.
    static let flaky = "flaky:1"
    /// Ends soon after its start, every time.
    static let exits = "exits:1"
    static let missing = "missing:1"
    /// Docker refuses to make a container of it.
    static let invalid = "invalid:1"

    /// Whether a replica of it can be expected to serve.
    static func works(_ image: String) -> Bool { image != exits && image != missing && image != invalid }
}
