internal import Model

/// What the probes of a container say, in the words of the wire.
enum HealthReport {
    static func of(_ record: ContainerRecord?) -> InstanceHealth? {
        guard let record, record.state == .running, let health = record.health else { return nil }
        let newest = ProbeKind.allCases.compactMap { health[$0] }
            .max { ($0.lastCheckedAt ?? .distantPast) < ($1.lastCheckedAt ?? .distantPast) }
        return InstanceHealth(
            healthy: health.isReady, startup: verdict(health, .startup),
            readiness: verdict(health, .readiness),
            liveness: verdict(health, .liveness), reason: health.complaint,
            lastProbeResult: newest?.lastResult, lastCheckedAt: newest?.lastCheckedAt)
    }

    private static func verdict(_ health: ContainerHealth, _ kind: ProbeKind) -> InstanceHealth.Verdict? {
        switch health[kind]?.verdict {
        case .pending: .pending
        case .passing: .passing
        case .failing: .failing
        case nil: nil
        }
    }
}

extension Timestamp {
    /// Before every answer.
    fileprivate static let distantPast = Timestamp(milliseconds: .min)
}
