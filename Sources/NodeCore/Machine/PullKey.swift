internal import Model

/// Pulls with equal keys are one pull.
struct PullKey: Hashable, Sendable {
    var image: String
    var policy: PullSpec.Policy
    /// The registry credential it is pulled with, by name.
    var credential: String?

    /// Whether what is here under the name serves without a registry: always under a digest, which names one content
    /// for ever.
    var mayBeHere: Bool { policy != .always || image.utf8.contains(0x40) }
}
