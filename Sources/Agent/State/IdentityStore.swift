internal import EventLoop
internal import JSON
internal import Model

/// `identity.json`: who this node is, or who it is about to become; written before the first use.
struct IdentityStore: Sendable {
    /// What the file holds; the token is absent until the registration was answered.
    struct Record: Codable, Sendable {
        var nodeID: NodeID
        var idempotencyKey: String
        var nodeToken: String?

        private enum CodingKeys: String, CodingKey {
            case nodeID = "node_id"
            case idempotencyKey = "idempotency_key"
            case nodeToken = "node_token"
        }
    }

    let path: String

    init(folder: String) { path = folder + "/identity.json" }

    func load() throws -> Record? {
        guard let bytes = try FileIO.readIfPresent(path, limitBytes: AgentLimits.identityBytes) else {
            return nil
        }
        do {
            return try JSONCoder.decode(Record.self, from: bytes)
        } catch {
            throw AgentFailure(
                .state,
                "\(path) cannot be read (\(error)); "
                    + "put the file back, or remove it to register this machine as a new node")
        }
    }

    func save(_ record: Record) throws {
        try FileIO.writeDurably(path, try JSONCoder.encode(record), mode: 0o600)
    }
}
