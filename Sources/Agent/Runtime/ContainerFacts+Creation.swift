internal import DockerEngine
internal import Model
internal import NodeCore

extension ContainerFacts {
    /// What to create for a plan with what the node has looked up and checked.
    static func creation(
        _ plan: ContainerPlan, _ provision: Preparation.Provision = Preparation.Provision()
    ) -> ContainerCreation {
        let spec = plan.replica.container
        var creation = ContainerCreation(image: plan.imageID)
        creation.command = spec.command
        creation.entrypoint = spec.entrypoint
        let environment = spec.env.merging(provision.environment) { _, secret in secret }
        creation.environment = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        creation.labels = plan.labels
        creation.labels.merge(provision.labels) { ours, _ in ours }
        creation.user = spec.user
        creation.workingDirectory = spec.workingDir
        creation.hostname = spec.hostname
        creation.stopTimeoutSeconds = spec.stopGraceSecs
        creation.memoryBytes = spec.resources?.memoryBytes
        creation.nanoProcessors = spec.resources?.cpuMillis.map { $0 * 1_000_000 }
        creation.processLimit = spec.resources?.pids
        creation.mounts = provision.mounts
        isolate(&creation, spec.isolation)
        connect(&creation, plan.replica)
        keepLog(&creation, spec.logging ?? LoggingSpec())
        return creation
    }

    private static func isolate(_ creation: inout ContainerCreation, _ isolation: Isolation) {
        creation.hasReadOnlyRoot = isolation.readOnlyRootfs
        creation.addedCapabilities = isolation.capAdd
        creation.droppedCapabilities = isolation.capDrop
        creation.devices = isolation.devices.map {
            ContainerDevice(
                hostPath: $0.hostPath, containerPath: $0.containerPath ?? $0.hostPath,
                permissions: $0.permissions)
        }
        for folder in isolation.tmpfs {
            let options = [folder.sizeBytes.map { "size=\($0)" }, folder.mode.map { "mode=\($0)" }]
            creation.memoryFolders[folder.path] = options.compactMap(\.self).joined(separator: ",")
        }
        creation.extraHosts = isolation.extraHosts
    }

    /// On the node's own network a port is open as it is, and Docker takes no bindings.
    private static func connect(_ creation: inout ContainerCreation, _ replica: DesiredReplica) {
        let network = replica.container.isolation.network
        creation.networkMode = network.map { $0.name ?? $0.mode.rawValue }
        guard network?.mode ?? .bridge == .bridge else { return }
        creation.ports = replica.ports.map {
            PublishedPort(
                containerPort: $0.containerPort, transport: $0.transport, hostIP: $0.hostIP ?? "",
                hostPort: $0.publish ? $0.hostPort : nil)
        }
    }

    /// Docker's own default keeps everything for ever: a chatty container fills the disk.
    private static func keepLog(_ creation: inout ContainerCreation, _ logging: LoggingSpec) {
        creation.logDriver = "json-file"
        creation.logOptions = [
            "max-size": "\(logging.maxSizeBytes)", "max-file": "\(logging.maxFiles)",
        ]
    }
}
