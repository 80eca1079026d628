extension DeploymentSpecReader {
    /// What each key allows and both together do not.
    static func checkTogether(_ spec: DeploymentSpec, _ faults: inout FaultList) {
        checkTargets(spec.container, &faults)
        let network = spec.container.isolation.network?.mode ?? .bridge
        for (index, port) in spec.ports.enumerated() {
            if let reason = unpublished(port, spec, network) {
                if port.hostPort != nil {
                    faults.add("ports[\(index)].host_port", "has no meaning: \(reason)")
                }
                if port.expose { faults.add("ports[\(index)].expose", "has no meaning: \(reason)") }
            } else if network == .host, let host = port.hostPort, host != port.containerPort {
                faults.add(
                    "ports[\(index)].host_port",
                    "must be the container port or be left out: the container is on the node's network")
            }
        }
        if network == .none, !spec.ports.isEmpty {
            faults.add(
                "ports",
                "a container without a network has none; leave them out or choose another network.mode")
        }
        if spec.requiresPublicIP, !spec.servedPorts.contains(where: { $0.expose && $0.publish }) {
            faults.add("requires_public_ip", "needs at least one port with expose: true")
        }
        checkProbes(spec.container.health, network, &faults)
    }

    private static func unpublished(
        _ port: PortMapping, _ spec: DeploymentSpec, _ network: NetworkSpec.Mode
    ) -> String? {
        if !port.publish { return "publish is false" }
        return spec.tunnelOnly ? "the deployment is tunnel_only" : nil
    }

    /// A container without a network can be asked by `exec` only.
    private static func checkProbes(
        _ health: HealthSpec?, _ network: NetworkSpec.Mode, _ faults: inout FaultList
    ) {
        guard network == .none, let health else { return }
        let probes = [
            ("liveness", health.liveness), ("readiness", health.readiness), ("startup", health.startup),
        ]
        for (name, probe) in probes {
            guard let probe else { continue }
            if case .exec = probe.check { continue }
            faults.add("health.\(name).type", "must be exec: network.mode is none")
        }
    }
}
