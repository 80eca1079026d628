/// What the images of the simulated registry do.
enum Image {
    static let good = ["good:1", "good:2", "good:3", "good:4"]
    /// Its registry often does not answer.
    static let flaky = "flaky:1"
    /// Ends soon after its start, every time.
    static let exits = "exits:1"
    /// Ends soon after its start on every odd node, and serves on the others.
    static let partly = "partly:1"
    static let missing = "missing:1"
    /// Docker refuses to make a container of it.
    static let invalid = "invalid:1"

    /// Whether it ends soon after its start on a node.
    static func exits(_ image: String, on node: Int) -> Bool {
        image == exits || (image == partly && !node.isMultiple(of: 2))
    }

    /// Whether a replica of it can be expected to serve on a node.
    static func works(_ image: String, on node: Int) -> Bool {
        !exits(image, on: node) && image != missing && image != invalid
    }
}
