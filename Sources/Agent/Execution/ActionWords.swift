internal import Model
internal import NodeCore

/// Actions in words, for the log; no environment, no command.
enum ActionWords {
    /// What is to be done; `replica` is the name of the one it is done for.
    static func of(_ work: NodeAction.Work, replica: String? = nil) -> String {
        switch work {
        case .listContainers: "list containers"
        case .inspect(let id): "inspect \(id.short)"
        case .lookUp(let image): "look up image \(image)"
        case .pull(let image, let policy, _): "pull \(image) (\(policy.rawValue))"
        case .create(let plan): "create \(name(plan)) (\(plan.name))"
        case .start(let id): "start \(name(id, replica))"
        case .reload(let id): "write the files of configs anew in \(name(id, replica))"
        case .stop(let id, let grace): "stop \(name(id, replica)), grace \(grace) s"
        case .remove(let id): "remove \(name(id, replica))"
        case .removeImage(let image): "remove image \(image.name)"
        case .probe(let call): "ask \(call.kind.rawValue) of \(name(call.containerID, replica))"
        case .listPorts: "look at ports"
        case .persistMemory: "persist memory"
        }
    }

    /// One word for metrics.
    static func kind(_ work: NodeAction.Work) -> String {
        switch work {
        case .listContainers: "list"
        case .inspect: "inspect"
        case .lookUp: "look_up_image"
        case .pull: "pull"
        case .create: "create"
        case .start: "start"
        case .reload: "reload"
        case .stop: "stop"
        case .remove: "remove"
        case .removeImage: "remove_image"
        case .probe: "probe"
        case .listPorts: "list_ports"
        case .persistMemory: "persist"
        }
    }

    /// What is worth a line when it worked.
    static func done(_ work: NodeAction.Work, replica: String?) -> String? {
        switch work {
        case .create(let plan): "created \(name(plan)) (\(plan.name)) from \(plan.replica.container.image)"
        case .start(let id): "started \(name(id, replica))"
        case .stop(let id, _): "stopped \(name(id, replica))"
        case .remove(let id): "removed \(name(id, replica))"
        case .removeImage(let image): "removed image \(image.name), which nothing here needs"
        case .listContainers, .inspect, .lookUp, .pull, .reload, .probe, .listPorts, .persistMemory: nil
        }
    }

    private static func name(_ plan: ContainerPlan) -> String {
        "\(plan.replica.name)/\(plan.replica.replicaNumber)"
    }

    private static func name(_ id: ContainerID, _ replica: String?) -> String {
        replica.map { "\($0) (\(id.short))" } ?? id.short
    }
}
