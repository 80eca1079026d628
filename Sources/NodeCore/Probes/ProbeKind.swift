/// What a probe's answer is for.
public enum ProbeKind: String, Hashable, Sendable, CaseIterable {
    /// Whether the program has started; the others wait for it.
    case startup
    /// Whether it can serve.
    case readiness
    /// Whether it still works.
    case liveness
}
