internal import Model
internal import NodeCore

/// Actions in words, for the log; no environment, no command.
enum ActionWords {
    static func of(_ work: NodeAction.Work) -> String {
        switch work {
        case .listContainers: "list containers"
        case .inspect(let id): "inspect \(id.short)"
        case .pull(let image, let policy): "pull \(image) (\(policy.rawValue))"
        case .create(let plan): "create \(plan.name)"
        case .start(let id): "start \(id.short)"
        case .stop(let id, let grace): "stop \(id.short) (grace \(grace) s)"
        case .remove(let id): "remove \(id.short)"
        case .persistMemory: "persist memory"
        }
    }

    /// One word for metrics.
    static func kind(_ work: NodeAction.Work) -> String {
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

    /// What is worth a line when it worked.
    static func done(_ work: NodeAction.Work) -> String? {
        switch work {
        case .create(let plan): "created \(plan.name) from \(plan.replica.container.image)"
        case .start(let id): "started \(id.short)"
        case .stop(let id, _): "stopped \(id.short)"
        case .remove(let id): "removed \(id.short)"
        case .listContainers, .inspect, .pull, .persistMemory: nil
        }
    }
}
