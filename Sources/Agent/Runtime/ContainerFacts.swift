internal import DockerEngine
internal import Model
internal import NodeCore

/// Translates between Docker's words and the machine's.
enum ContainerFacts {
    /// A listed container; nil when the list does not say enough and it must be inspected.
    static func observed(_ summary: ContainerSummary) -> ObservedContainer? {
        guard let state = plainState(summary.status) else { return nil }
        return ObservedContainer(
            id: ContainerID(summary.id), name: summary.name,
            identity: ContainerIdentity(labels: summary.labels),
            state: state, imageID: summary.imageID, startedAt: nil, hostPorts: ports(summary.ports))
    }

    /// An inspected container.
    static func observed(_ details: ContainerDetails) -> ObservedContainer {
        let published = details.ports.isEmpty ? details.portBindings : details.ports
        return ObservedContainer(
            id: ContainerID(details.id), name: details.name,
            identity: ContainerIdentity(labels: details.labels),
            state: plainState(details.state.status) ?? .exited(code: Int32(clamping: details.state.exitCode)),
            imageID: details.imageID, startedAt: details.state.startedAt, hostPorts: ports(published))
    }

    /// What a container's counters say.
    static func reading(_ statistics: ContainerStatistics) -> ContainerReading {
        ContainerReading(
            processorNanoseconds: statistics.processorNanoseconds,
            systemNanoseconds: statistics.systemNanoseconds, processors: statistics.processors,
            memoryBytes: statistics.memoryBytes, receivedBytes: statistics.receivedBytes,
            sentBytes: statistics.sentBytes, blockReadBytes: statistics.blockReadBytes,
            blockWrittenBytes: statistics.blockWrittenBytes)
    }

    /// What an event means; nil for those that change nothing.
    static func change(_ event: EngineEvent) -> ContainerChange? {
        switch event.action {
        case "start", "unpause": .started(at: Timestamp(milliseconds: event.nanoseconds / 1_000_000))
        // Podman has words of its own for an end and a removal.
        case "die", "died": .exited(code: event.exitCode.map { Int32(clamping: $0) })
        case "pause": .paused
        case "destroy", "remove": .removed
        case "rename", "update", "oom": .unclear
        default: nil
        }
    }

    private static func plainState(_ status: ContainerStatus) -> ContainerRunState? {
        switch status {
        case .created: .created
        case .running: .running
        case .paused: .paused
        case .restarting: .restarting
        case .removing: .removing
        case .dead: .dead
        case .exited, .unknown: nil
        }
    }

    private static func ports(_ ports: [PublishedPort]) -> [HostPort] {
        var result: [HostPort] = []
        for port in ports {
            guard let number = port.hostPort else { continue }
            let host = HostPort(number: number, transport: port.transport, address: port.hostIP)
            if !result.contains(host) { result.append(host) }
        }
        return result
    }
}
