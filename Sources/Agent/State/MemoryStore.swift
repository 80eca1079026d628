internal import EventLoop
internal import JSON
internal import Model
internal import NodeCore

/// `runtime.json`: restart counts and what worked; losing it costs nothing but counts.
struct MemoryStore: Sendable {
    let path: String

    init(folder: String) { path = folder + "/runtime.json" }

    /// What was remembered; a damaged file is remarked and forgotten.
    func load() throws -> (memory: NodeMemory, remark: String?) {
        guard let bytes = try FileIO.readIfPresent(path, limitBytes: AgentLimits.memoryBytes) else {
            return (NodeMemory(), nil)
        }
        do {
            return (try JSONCoder.decode(NodeMemory.self, from: bytes), nil)
        } catch {
            return (NodeMemory(), "\(path) is damaged (\(error)); restart counts begin anew")
        }
    }

    func save(_ memory: NodeMemory) throws {
        try FileIO.writeDurably(path, try JSONCoder.encode(memory), mode: 0o600)
    }
}
