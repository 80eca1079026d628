/// What is asked of a container to know how it is; at least one probe is there.
public struct HealthSpec: Codable, Hashable, Sendable {
    /// Whether it still works; a failure restarts it.
    public var liveness: ProbeSpec?
    /// Whether it can serve; a failure takes it out of the count of ready replicas.
    public var readiness: ProbeSpec?
    /// Whether it has started; the other two wait for its first success, and its failure restarts the container.
    public var startup: ProbeSpec?

    /// Sets the probes.
    public init(liveness: ProbeSpec? = nil, readiness: ProbeSpec? = nil, startup: ProbeSpec? = nil) {
        self.liveness = liveness
        self.readiness = readiness
        self.startup = startup
    }
}
