import JSON

extension DeploymentSpecReader {
    static func readPorts(_ body: inout ObjectReader, _ faults: inout FaultList) -> [PortMapping] {
        guard let items = body.array("ports", &faults) else { return [] }
        var ports: [PortMapping] = []
        var container: Set<String> = []
        var host: Set<String> = []
        for item in items {
            guard let port = readPort(item.node, item.path, &faults) else { continue }
            if !container.insert("\(port.containerPort)/\(port.transport)").inserted {
                faults.add(
                    "\(item.path).container_port", "\(port.containerPort)/\(port.transport) is declared twice"
                )
            }
            if let number = port.hostPort,
                !host.insert("\(port.hostIP ?? "")/\(number)/\(port.transport)").inserted
            {
                faults.add("\(item.path).host_port", "\(number)/\(port.transport) is declared twice")
            }
            ports.append(port)
        }
        return ports
    }

    private static func readPort(_ node: JSONNode, _ path: String, _ faults: inout FaultList) -> PortMapping?
    {
        var object = ObjectReader(node, path: path, faults: &faults)
        let container = object.integer("container_port", in: 1...65_535, &faults)
        if container == nil, node.objectValue != nil,
            !faults.faults.contains(where: { $0.field == "\(path).container_port" })
        {
            faults.add("\(path).container_port", "is required")
        }
        var port = PortMapping(containerPort: UInt16(container ?? 1))
        port.hostPort = object.integer("host_port", in: 1...65_535, &faults).map { UInt16($0) }
        port.transport = object.choice("protocol", &faults) ?? .tcp
        port.expose = object.bool("expose", &faults) ?? false
        port.publish = object.bool("publish", &faults) ?? true
        if let address = object.string("host_ip", &faults) {
            port.hostIP = address
            if !AddressRules.isIPAddress(address) {
                faults.add("\(path).host_ip", "'\(address)' is not an IP address")
            }
        }
        object.ignore("endpoint")
        object.finish(&faults)
        return container == nil ? nil : port
    }
}
