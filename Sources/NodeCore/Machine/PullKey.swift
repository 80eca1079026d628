internal import Model

/// Pulls with equal keys are one pull.
struct PullKey: Hashable, Sendable {
    var image: String
    var policy: PullSpec.Policy
    /// The registry credential it is pulled with, by name.
    var credential: String?
}
