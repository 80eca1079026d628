import Model

@testable import ClusterCore

extension ClusterBench {
    @discardableResult
    mutating func config(_ name: String, _ values: [String: String]) throws -> ConfigID {
        let reply = try apply(
            .createConfig(.init(name: name, content: Self.content(values), requestID: "create")))
        guard case .config(let config) = reply else { throw BenchFailure.unexpectedReply }
        return config.id
    }

    mutating func write(_ id: ConfigID, _ values: [String: String]) throws {
        let name = cluster.config(id)?.row.name ?? ""
        try apply(.updateConfig(.init(id: id, name: name, content: Self.content(values), requestID: "write")))
    }

    mutating func attach(_ id: ConfigID, _ target: ConfigTarget) throws {
        try apply(
            .setConfigAttachment(
                .init(configID: id, target: target, isAttached: true, requestID: "attach")))
    }

    /// The variables a node's replicas get, in the order they apply.
    func values(on node: NodeID) -> [String] {
        versions(on: node).flatMap { version in
            version.content.entries.map { entry in
                if case .value(let value) = entry.source { "\(entry.key)=\(value)" } else { entry.key }
            }
        }
    }

    func names(on node: NodeID) -> [String] { versions(on: node).map(\.name) }

    private func versions(on node: NodeID) -> [ConfigVersionRow] {
        let document = cluster.document(for: node)
        return (document?.replicas.first?.configs ?? []).compactMap { reference in
            document?.configs.first { $0.reference == reference }
        }
    }

    private static func content(_ values: [String: String]) -> ConfigContent {
        ConfigContent(entries: values.map { ConfigEntry(key: $0.key, source: .value($0.value)) })
    }
}
