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
        do {
            guard let bytes = try FileIO.readIfPresent(path, limitBytes: AgentLimits.memoryBytes) else {
                return (NodeMemory(), nil)
            }
            return (try MemoryReader.decode(bytes), nil)
        } catch let failure as LoopFailure where failure.code != .tooLarge {
            throw failure
        } catch {
            return (NodeMemory(), "\(path) is damaged (\(error)); restart counts begin anew")
        }
    }

    func save(_ memory: NodeMemory) throws {
        let bytes = try JSONCoder.encode(memory)
        guard bytes.count <= AgentLimits.memoryBytes else {
            throw AgentFailure(
                .state, "\(path) would have \(bytes.count) bytes, at most \(AgentLimits.memoryBytes) are kept"
            )
        }
        try FileIO.writeDurably(path, bytes, mode: 0o600)
    }
}
