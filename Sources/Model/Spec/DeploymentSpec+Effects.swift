extension DeploymentSpec {
    /// The ports as they are to be found on a node.
    ///
    /// Nothing of a tunnel-only deployment is published, and on the node's own network a port is its own host port.
    public var servedPorts: [PortMapping] {
        let isOnHost = container.isolation.network?.mode == .host
        guard tunnelOnly || isOnHost else { return ports }
        return ports.map { port in
            var served = port
            if tunnelOnly { served.publish = false }
            if isOnHost, served.publish { served.hostPort = port.containerPort }
            return served
        }
    }

    /// Whether the node must have a public address of its own.
    public var needsPublicIP: Bool { requiresPublicIP || constraints?.requiresPublicIP == true }

    /// Whether its replicas write to their node and nobody said that they may be moved when it is lost.
    public var waitsForItsNode: Bool {
        disconnect?.lostAfterSecs == nil && container.volumes.contains { !$0.readOnly }
    }
}
