import Model
import NodeCore

/// What a container is made from, as text: stands for the agent's keyed hash.
enum SpecHash {
    static func of(_ replica: DesiredReplica) -> String {
        of(replica.container, nonce: replica.restartNonce, ports: replica.ports, configs: replica.configs)
    }

    static func of(
        _ container: ContainerSpec, nonce: UInt64, ports: [PortMapping], configs: [ConfigReference]
    )
        -> String
    {
        var text =
            "\(container.image)#\(nonce)#\(container.env["V"] ?? "")#\(container.resources?.cpuMillis ?? 0)"
            + "#\(container.resources?.memoryBytes ?? 0)"
        for port in ports { text += "#\(port.containerPort):\(port.hostPort ?? 0)" }
        for config in configs { text += "#\(config)" }
        return text
    }
}
