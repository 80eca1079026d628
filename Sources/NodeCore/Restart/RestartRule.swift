internal import Model

/// Whether an ended container is started again.
enum RestartRule {
    /// A container that never ran, or that we stopped, is always started; else the policy decides by the exit code.
    static func shallStart(_ record: ContainerRecord, policy: RestartSpec.Policy) -> Bool {
        guard record.state.hasExited, !record.stoppedByUs else { return true }
        switch policy {
        case .always: return true
        case .onFailure: return record.state.exitCode != 0
        case .never: return false
        }
    }
}
