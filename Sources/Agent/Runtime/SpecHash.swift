internal import JSON
internal import Model
internal import TLS

/// The keyed hash of everything a replica's container is made from: equal hashes mean interchangeable containers.
///
/// Restart policy, grace, pull policy and probes are the agent's own business and are not part of it; neither is the
/// generation. The order of the fields is fixed: changing it recreates every container of every node.
struct SpecHash: Sendable {
    private let key: [UInt8]

    init(nodeID: NodeID) { key = Array("fledx-spec-1 \(nodeID)".utf8) }

    func callAsFunction(_ replica: DesiredReplica) -> String {
        Hex.encode(Array(SHA256.authenticationCode(of: Self.canonical(replica), key: key).prefix(16)))
    }

    static func canonical(_ replica: DesiredReplica) -> [UInt8] {
        let spec = replica.container
        var writer = JSONWriter(reserving: 512)
        writer.beginArray()
        writer.value(spec.image)
        words(spec.command, &writer)
        words(spec.entrypoint, &writer)
        words(spec.env.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, &writer)
        for text in [spec.user, spec.workingDir, spec.hostname] {
            if let text { writer.value(text) } else { writer.null() }
        }
        for limit in [spec.resources?.cpuMillis, spec.resources?.memoryBytes, spec.resources?.pids] {
            if let limit { writer.value(limit) } else { writer.null() }
        }
        let ports = replica.ports.map {
            "\($0.hostIP ?? ""):\($0.hostPort ?? 0):\($0.containerPort)/\($0.transport.rawValue)"
        }
        words(ports.sorted(), &writer)
        writer.value(replica.restartNonce)
        options(spec, &writer)
        option("configs", replica.configs.map { ["\($0)"] }, &writer)
        writer.endArray()
        return writer.bytes
    }

    private static func words(_ words: [String]?, _ writer: inout JSONWriter) {
        guard let words else { return writer.null() }
        writer.beginArray()
        for word in words { writer.value(word) }
        writer.endArray()
    }
}
