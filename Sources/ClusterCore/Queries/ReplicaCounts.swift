import Model

/// Current replicas of a deployment by what they do.
struct ReplicaCounts {
    var placed = 0
    var ready = 0
    var failed = 0
    var stopped = 0
    /// Those that serve at the declared generation.
    var readyAtDeclared = 0

    /// Counts one replica.
    mutating func add(_ state: InstanceState, isReady: Bool, isDeclared: Bool) {
        placed += 1
        if isReady { ready += 1 }
        if isReady, isDeclared { readyAtDeclared += 1 }
        switch state {
        case .failed: failed += 1
        case .stopped: stopped += 1
        default: break
        }
    }
}
