import Model

/// Whether a node can get configs: its agent knows how, and they are not more than a node is sent.
extension Cluster {
    /// Whether some node may refuse a replica for what it comes with; asked before every node is.
    func mayRefuseConfigs(of id: DeploymentID, at generation: UInt64) -> Bool {
        tables.configs.concernNodes || tables.revisions[id]?[generation]?.configs.isEmpty == false
    }

    /// Why a node does not take a replica for the configs and the login it comes with; nil when it does.
    ///
    /// `usage` is what the node has without the replica.
    func configRefusal(
        of id: DeploymentID, at generation: UInt64, on nodeID: NodeID, usage: NodeUsage?
    ) -> Refusal? {
        if let refusal = loginRefusal(of: id, at: generation, on: nodeID) { return refusal }
        let wanted = configs(of: id, at: generation, on: nodeID)
        guard !wanted.isEmpty else { return nil }
        let announced = live[nodeID]?.capabilities ?? []
        if let missing = requiredCapabilities(of: wanted).first(where: { !announced.contains($0) }) {
            return .agentTooOld(missing)
        }
        guard settings.configPayloadBytes > 0 else { return nil }
        let bytes = payloadBytes(on: nodeID, usage, with: wanted)
        return bytes > settings.configPayloadBytes
            ? .configPayload(bytes: bytes, limit: settings.configPayloadBytes) : nil
    }

    /// Bytes of configs a node comes to once all its replicas have what is wanted for one of them.
    ///
    /// Two versions of a config stand on a node only while an update passes from one to the other. Of what is wanted
    /// the wanted version counts, else the largest: an update whose end was accepted is not held up on its way.
    private func payloadBytes(
        on nodeID: NodeID, _ usage: NodeUsage?, with wanted: [ConfigReference]
    ) -> Int {
        var bytes: [ConfigID: Int] = [:]
        for reference in Array((usage?.configs ?? [:]).keys) + tables.configs.newest(of: .node(nodeID)) {
            let size = tables.configs.payloadBytes(of: [reference])
            bytes[reference.configID] = max(size, bytes[reference.configID] ?? 0)
        }
        for reference in wanted {
            bytes[reference.configID] = tables.configs.payloadBytes(of: [reference])
        }
        return bytes.values.reduce(0, +)
    }

    /// What an agent must know to give a container these versions whole.
    private func requiredCapabilities(of references: [ConfigReference]) -> [AgentCapability] {
        let contents = references.compactMap { tables.configs.versions[$0]?.content }
        var required: [AgentCapability] = [.configs]
        let hasSecrets = contents.contains { content in
            content.entries.contains { if case .value = $0.source { false } else { true } }
        }
        if hasSecrets { required.append(.configSecrets) }
        if contents.contains(where: { !$0.files.isEmpty }) { required.append(.configFiles) }
        if contents.contains(where: \.isLive) { required.append(.configReload) }
        return required
    }

    /// Refuses a config that is, or with the others of a node makes, more than a node is sent.
    func requirePayload(of row: ConfigRow) throws(Rejection) {
        let limit = settings.configPayloadBytes
        guard limit > 0 else { return }
        let own = tables.configs.payloadBytes(of: [row.reference])
        guard own <= limit else {
            throw Self.tooLarge("config \(row.name) has \(own) bytes, a node is sent at most \(limit)")
        }
        for id in nodesThatGet(row.id) {
            let bytes = payloadBytes(on: id, tables.usage[id], with: [row.reference])
            guard bytes > limit else { continue }
            let name = tables.nodes[id]?.name ?? "\(id)"
            throw Self.tooLarge(
                "node \(name) would be sent \(bytes) bytes of configs with \(row.name), at most \(limit) are")
        }
    }

    private func nodesThatGet(_ id: ConfigID) -> [NodeID] {
        var nodes: Set<NodeID> = []
        for target in (tables.configs.attachments[id] ?? [:]).keys {
            switch target {
            case .node(let node): nodes.insert(node)
            case .deployment(let deployment):
                nodes.formUnion((tables.placements[deployment]?.nodes ?? [:]).keys)
            }
        }
        return nodes.sorted()
    }

    private static func tooLarge(_ message: String) -> Rejection {
        Rejection(
            .payloadTooLarge,
            "\(message); make it smaller, attach it to less, or raise FLEDX_CP_LIMITS_CONFIG_PAYLOAD_BYTES")
    }
}
