import EventLoop
import Model
import TLS

/// Many agents in one process, each with a tunnel of its own; tells how many of them are connected.
@LoopActor
enum FleetBench {
    private static let lookMilliseconds: Int64 = 50

    /// Plays the agents of a file until the process is ended; its first line is `HOST PORT AUTHORITY`, where the
    /// authority's file is `-` without TLS, and every other line is the id of a node and its token.
    static func run(file: String) async throws {
        let lines = try words(of: file)
        guard let first = lines.first, first.count == 3, let port = UInt16(first[1]) else {
            throw BenchFailure(detail: "\(file): HOST PORT AUTHORITY is expected in the first line")
        }
        let tls =
            first[2] == "-"
            ? nil
            : try TLSContext.client(
                authorityFile: first[2], certificateFile: nil, keyFile: nil, verifies: true)
        let target = PlayedAgent.Target(host: first[0], port: port, tls: tls)
        let agents = lines.dropFirst().filter { $0.count == 2 }.map {
            PlayedAgent(target, nodeID: $0[0], token: $0[1])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in agents { group.addTask { try await agent.run() } }
            try await tell(of: agents)
        }
    }

    /// One line for every change: `back COUNT`.
    private static func tell(of agents: [PlayedAgent]) async throws {
        var told = -1
        while true {
            let count = agents.reduce(0) { $0 + ($1.isBack ? 1 : 0) }
            if count != told { StandardIO.write("back \(count)\n", to: .output) }
            told = count
            try await LoopActor.sleep(milliseconds: lookMilliseconds)
        }
    }

    private static func words(of file: String) throws -> [[String]] {
        let text = String(decoding: try FileIO.read(file, limitBytes: 16 << 20), as: UTF8.self)
        return text.split(separator: "\n").map { $0.split(separator: " ").map { String($0) } }
    }
}
