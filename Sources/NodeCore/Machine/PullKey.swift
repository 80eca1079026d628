internal import Model

/// Pulls with equal keys are one pull.
struct PullKey: Hashable, Sendable {
    var image: String
    var policy: PullSpec.Policy
}
