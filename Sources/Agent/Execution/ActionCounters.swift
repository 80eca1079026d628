internal import NodeCore

/// How often each kind of action worked and failed.
struct ActionCounters: Sendable {
    struct Count: Sendable {
        var succeeded = 0
        var failed = 0
    }

    private(set) var byKind: [String: Count] = [:]

    mutating func count(_ work: NodeAction.Work, _ result: ActionResult) {
        var count = byKind[Self.kind(work), default: Count()]
        if case .failed = result { count.failed += 1 } else { count.succeeded += 1 }
        byKind[Self.kind(work)] = count
    }

    private static func kind(_ work: NodeAction.Work) -> String {
        switch work {
        case .listContainers: "list"
        case .inspect: "inspect"
        case .pull: "pull"
        case .create: "create"
        case .start: "start"
        case .stop: "stop"
        case .remove: "remove"
        case .persistMemory: "persist"
        }
    }
}
