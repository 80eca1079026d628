import EventLoop
import JSON
import Model
import TestKit
import Testing

/// A machine joins, and its agent dies while it writes down who it is: it is one node, and the same afterwards.
@Suite(.onLoop, .serialized) struct IdentityCutTests {
    /// A life that ends at a call of the first writing (nobody was asked yet) or the second (with the token).
    private struct Life: Sendable {
        let call: PowerCut.Call
        let writing: Int
        let loss: PowerCut.Loss

        var name: String { "\(call.rawValue)-\(writing)-\(loss)" }

        static let all = PowerCut.Call.allCases.flatMap { call in
            [1, 2].flatMap { writing in
                [PowerCut.Loss.process, .unsynchronised].map { Life(call: call, writing: writing, loss: $0) }
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) @LoopActor func betweenAnyTwoStepsOfStoringItNoNodeIsLostOrDoubled()
        async throws
    {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        for (number, life) in Life.all.enumerated() {
            try programs.startAgent(
                named: life.name,
                PowerCut.environment(
                    programs.folder.path(life.name), life.loss, life: number, at: life.call,
                    of: "identity.json", number: life.writing))
        }
        for life in Life.all {
            try await programs.eventually("\(life.name) has died") { programs.hasEnded(agent: life.name) }
        }
        // Nobody was asked before id and key were durable.
        let asked = try await Self.nodes(programs).map(\.name)
        #expect(asked.sorted() == Life.all.filter { $0.writing == 2 }.map(\.name).sorted())
        for life in Life.all {
            let path = programs.folder.path("\(life.name)/identity.json")
            let bytes = try FileIO.readIfPresent(path, limitBytes: 1 << 16)
            if life.writing == 2 { #expect(bytes != nil, "\(life.name) has forgotten who it asked to be") }
            if let bytes { #expect(throws: Never.self, "\(life.name)") { try JSONNode.parse(bytes) } }
            try programs.startAgent(named: life.name)
        }
        try await programs.eventually("all of them report") {
            try await Self.nodes(programs).filter(\.reports).count == Life.all.count
        }
        let known = try await Self.nodes(programs)
        #expect(known.map(\.name).sorted() == Life.all.map(\.name).sorted())
        let joined = Dictionary(uniqueKeysWithValues: known.map { ($0.name, $0.id) })
        for life in Life.all {
            let path = programs.folder.path("\(life.name)/identity.json")
            let record = try JSONNode.parse(try FileIO.read(path, limitBytes: 1 << 16))
            #expect(record["node_id"]?.stringValue == joined[life.name], "\(life.name)")
        }
    }

    /// The layer below the program can be seen to do what the test above counts on.
    @Test(.timeLimit(.minutes(2))) @LoopActor func onADiskThatLiesTheSameKillTakesTheIdentity() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        try programs.startAgent(
            named: "liar", PowerCut.environment(programs.folder.path("liar"), .everything, life: 1))
        try await programs.eventually("it reports") {
            try await Self.nodes(programs).contains(where: \.reports)
        }
        try programs.killAgent(named: "liar")
        #expect(!FileIO.isPresent(programs.folder.path("liar/identity.json")))
    }

    private struct Node {
        let id: String
        let name: String
        /// Whether it said that it has no Docker, which none of them has.
        let reports: Bool
    }

    @LoopActor private static func nodes(_ programs: Programs) async throws -> [Node] {
        let list = try await programs.call(.get, "/api/v1/nodes?limit=100").1["items"]?.arrayValue ?? []
        return list.map { node in
            Node(
                id: node["node_id"]?.stringValue ?? "", name: node["name"]?.stringValue ?? "",
                reports: "\(node["conditions"] ?? .null)".contains("docker_down"))
        }
    }
}
