import Model
import Testing

@testable import ClusterCore

@Suite struct ConfigTests {
    @Test func newVersionReachesReplicasOneAtATime() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let web = try bench.create(.sample(replicas: 3)).id
        let config = try bench.config("app", ["A": "1"])
        try bench.attach(config, .deployment(web))
        try bench.settle(nodes)
        #expect(bench.generations(web) == [2, 2, 2])
        #expect(bench.values(on: nodes[0]) == ["A=1"])
        try bench.write(config, ["A": "2"])
        #expect(bench.generations(web) == [3, 2, 2])
        #expect(bench.cluster.document(for: nodes[1])?.configs.map(\.reference.version) == [1])
        try bench.settle(nodes)
        #expect(bench.generations(web) == [3, 3, 3])
        #expect(bench.cluster.deployment(web)?.status == .running)
        for node in nodes { #expect(bench.values(on: node) == ["A=2"]) }
    }

    @Test func goingBackRestoresTheFormerVersion() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let web = try bench.create(.sample(replicas: 2)).id
        let config = try bench.config("app", ["A": "1"])
        try bench.attach(config, .deployment(web))
        try bench.settle(nodes)
        try bench.write(config, ["A": "2"])
        try bench.settle(nodes)
        try bench.apply(.rollBackDeployment(.init(id: web, generation: 2, requestID: "back")))
        try bench.settle(nodes)
        for node in nodes { #expect(bench.values(on: node) == ["A=1"]) }
        try bench.patch(web) { $0.container.image = "web:2" }
        try bench.settle(nodes)
        #expect(bench.values(on: nodes[0]) == ["A=1"], "an unrelated declaration keeps what was restored")
        try bench.write(config, ["A": "3"])
        try bench.settle(nodes)
        #expect(bench.values(on: nodes[0]) == ["A=3"])
    }

    @Test func rejectedVersionIsRolledBackByItself() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let web = try bench.create(.sample(replicas: 2)).id
        let config = try bench.config("app", ["A": "1"])
        try bench.attach(config, .deployment(web))
        try bench.settle(nodes)
        bench.rejectedImages = ["web:1"]
        try bench.write(config, ["A": "broken"])
        try bench.obey(nodes[0])
        bench.rejectedImages = []
        try bench.tick()
        try bench.settle(nodes)
        let view = try #require(bench.cluster.deployment(web))
        #expect(view.rollout.phase == .rolledBack)
        for node in nodes { #expect(bench.values(on: node) == ["A=1"]) }
    }

    @Test func sameContentChangesNothing() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let web = try bench.create(.sample()).id
        let config = try bench.config("app", ["A": "1"])
        try bench.attach(config, .deployment(web))
        try bench.settle([node])
        try bench.write(config, ["A": "1"])
        #expect(bench.changes.isEmpty)
        try bench.attach(config, .deployment(web))
        #expect(bench.changes.isEmpty)
    }

    @Test func nodeConfigsComeFirstAndConcernTheReplicasThere() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let web = try bench.create(.sample(replicas: 2)).id
        let mine = try bench.config("a-mine", ["A": "deployment"])
        let site = try bench.config("z-site", ["A": "node"])
        try bench.attach(mine, .deployment(web))
        try bench.attach(site, .node(nodes[0]))
        try bench.settle(nodes)
        #expect(bench.names(on: nodes[0]) == ["z-site", "a-mine"])
        #expect(bench.names(on: nodes[1]) == ["a-mine"])
        let other = try #require(bench.cluster.document(for: nodes[1])?.revision)
        let former = bench.generations(web)
        try bench.write(site, ["A": "moved"])
        try bench.settle(nodes)
        #expect(bench.generations(web) == former.map { $0 + 1 })
        #expect(bench.values(on: nodes[0]).contains("A=moved"))
        #expect(
            bench.cluster.tables.assignments.values.allSatisfy {
                $0.nodeID != nodes[1] || $0.sameSince < former[0] + 1
            })
        #expect(try #require(bench.cluster.document(for: nodes[1])?.revision) > other)
        try bench.attach(mine, .node(nodes[0]))
        #expect(bench.cluster.configs(of: web, at: 1, on: nodes[0]).count == 2)
        try bench.settle(nodes)
        #expect(
            bench.names(on: nodes[0]) == ["z-site", "a-mine"], "what both have counts as the deployment's")
    }

    @Test func deletedConfigIsTakenAwayAndCanComeBackByGoingBack() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let web = try bench.create(.sample()).id
        let config = try bench.config("app", ["A": "1"])
        try bench.attach(config, .deployment(web))
        try bench.settle([node])
        try bench.apply(.deleteConfig(.init(id: config, requestID: "delete")))
        try bench.settle([node])
        #expect(bench.values(on: node) == [])
        #expect(bench.cluster.config(config) == nil)
        try bench.config("app", ["A": "other"])
        try bench.restart()
        try bench.settle([node])
        try bench.apply(.rollBackDeployment(.init(id: web, generation: 2, requestID: "back")))
        try bench.settle([node])
        #expect(bench.values(on: node) == ["A=1"])
    }

    @Test func versionsNobodyNamesAreForgotten() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let web = try bench.create(.sample()).id
        let config = try bench.config("app", ["A": "0"])
        try bench.attach(config, .deployment(web))
        for number in 1...20 {
            try bench.write(config, ["A": "\(number)"])
            try bench.settle([node], rounds: 2)
        }
        let kept = bench.cluster.tables.configs.versions.count
        #expect(kept <= ClusterLimits.revisions + 1, "\(kept) are kept")
        try bench.apply(.deleteDeployment(.init(id: web, requestID: "d")))
        try bench.settle([node], rounds: 3)
        #expect(bench.cluster.tables.configs.versions.count == 1)
        #expect(bench.cluster.config(config)?.deployments == [])
    }

    @Test func payloadIsTheOnlyReason() throws {
        var settings = ClusterSettings()
        settings.configPayloadBytes = 100
        var bench = try ClusterBench(settings: settings)
        let node = try bench.addNode("edge")
        let site = try bench.config("site", ["A": String(repeating: "x", count: 60)])
        try bench.attach(site, .node(node))
        let web = try bench.create(.sample(replicas: 0)).id
        let large = try bench.config("large", ["B": String(repeating: "y", count: 60)])
        try bench.attach(large, .deployment(web))
        let reply = try bench.patch(web) { $0.replicas = 1 }
        let refusal = try #require(reply.unplaced.first?.refusals.first)
        #expect(reply.unplaced.first?.refusals.count == 1)
        #expect(refusal.filter == .configPayload)
        #expect(refusal.detail == "would be sent 122 bytes of configs, at most 100 are")
    }

    @Test func payloadIsCheckedWhenWrittenAndWhenAttached() throws {
        var settings = ClusterSettings()
        settings.configPayloadBytes = 100
        var bench = try ClusterBench(settings: settings)
        let node = try bench.addNode("edge")
        let web = try bench.create(.sample()).id
        try bench.settle([node])
        #expect(throws: Rejection.self) {
            try bench.config("huge", ["A": String(repeating: "x", count: 100)])
        }
        let one = try bench.config("one", ["A": String(repeating: "x", count: 60)])
        let two = try bench.config("two", ["B": String(repeating: "y", count: 60)])
        try bench.attach(one, .deployment(web))
        try bench.settle([node])
        let error = #expect(throws: Rejection.self) { try bench.attach(two, .deployment(web)) }
        #expect(error?.code == .payloadTooLarge)
        #expect(error?.message.contains("node edge would be sent 122 bytes") == true)
        try bench.write(two, ["B": "y"])
        try bench.attach(two, .deployment(web))
        try bench.settle([node])
        #expect(throws: Rejection.self) { try bench.write(two, ["B": String(repeating: "y", count: 60)]) }
        #expect(bench.values(on: node).contains("B=y"))
    }

    /// A limit that a node's configs keep, though not two versions of one at once.
    private func tight() throws -> (ClusterBench, [NodeID]) {
        var settings = ClusterSettings()
        settings.configPayloadBytes = 100
        var bench = try ClusterBench(settings: settings)
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        return (bench, nodes)
    }

    @Test func acceptedVersionReachesReplicasBesideEachOtherWithoutMovingAny() throws {
        var (bench, nodes) = try tight()
        try bench.set(nodes[1], .cordoned)
        let web = try bench.create(.sample(replicas: 2)).id
        let config = try bench.config("app", ["A": String(repeating: "1", count: 60)])
        try bench.attach(config, .deployment(web))
        try bench.settle(nodes)
        try bench.set(nodes[1], .open)
        try bench.write(config, ["A": String(repeating: "2", count: 60)])
        try bench.settle(nodes)
        #expect(bench.generations(web) == [3, 3])
        #expect(Set(bench.places(web).values) == [nodes[0]])
        #expect(bench.cluster.deployment(web)?.rollout.phase == .complete)
    }

    @Test func acceptedVersionOfANodesConfigReachesEveryDeploymentThere() throws {
        var (bench, nodes) = try tight()
        try bench.apply(.deleteNode(.init(nodeID: nodes[1], requestID: "d")))
        let ids = try ["one", "two"].map { try bench.create(.sample($0)).id }
        let config = try bench.config("site", ["A": String(repeating: "1", count: 60)])
        try bench.attach(config, .node(nodes[0]))
        try bench.settle([nodes[0]])
        try bench.apply(.pauseDeployment(.init(id: ids[1], requestID: "pause")))
        try bench.write(config, ["A": String(repeating: "2", count: 60)])
        try bench.settle([nodes[0]])
        let phases = ids.map { bench.cluster.deployment($0)?.rollout.phase }
        #expect(phases == [.complete, .paused])
        try bench.apply(.resumeDeployment(.init(id: ids[1], requestID: "resume")))
        try bench.settle([nodes[0]])
        #expect(bench.cluster.deployment(ids[1])?.rollout.phase == .complete)
    }

    @Test func agentWithoutFilesOfConfigsGetsThoseWithVariablesOnly() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("old", isReady: false)
        bench.capabilities[node] = ["configs"]
        try bench.report(node)
        let plain = try bench.create(.sample("plain", replicas: 0)).id
        try bench.attach(try bench.config("app", ["A": "1"]), .deployment(plain))
        #expect(try bench.patch(plain) { $0.replicas = 1 }.unplaced.isEmpty)
        let content = ConfigContent(files: [ConfigFile(path: "/a", source: .content([1]))])
        let command = CreateConfig(name: "files", content: content, requestID: "create")
        guard case .config(let files) = try bench.apply(.createConfig(command)) else {
            throw BenchFailure.unexpectedReply
        }
        let web = try bench.create(.sample(replicas: 0)).id
        try bench.attach(files.id, .deployment(web))
        let reply = try bench.patch(web) { $0.replicas = 1 }
        #expect(reply.unplaced.first?.refusals.map(\.detail) == ["agent_too_old: configs.files"])
    }

    @Test func agentThatCannotIsTheOnlyReason() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("old", isReady: false)
        bench.capabilities[node] = []
        try bench.report(node)
        let web = try bench.create(.sample(replicas: 0)).id
        try bench.attach(try bench.config("app", ["A": "1"]), .deployment(web))
        let reply = try bench.patch(web) { $0.replicas = 1 }
        #expect(reply.unplaced.first?.refusals.map(\.detail) == ["agent_too_old: configs"])
    }

    @Test func credentialsGoToNodesThatUseTheRegistry() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        try bench.create(.sample("one", image: "ghcr.io/x/y:1", replicas: 1))
        try bench.create(.sample("two", image: "nginx:1", replicas: 1))
        try bench.settle(nodes)
        let before = nodes.map { bench.cluster.headRevision(of: $0) ?? 0 }
        let put = PutRegistryCredential(
            name: "ghcr.io", host: "ghcr.io", username: "u", sealedPassword: [1, 2], requestID: "r")
        guard case .registryCredential(let id) = try bench.apply(.putRegistryCredential(put)) else {
            throw BenchFailure.unexpectedReply
        }
        let after = nodes.map { bench.cluster.headRevision(of: $0) ?? 0 }
        let counts = nodes.map { bench.cluster.document(for: $0)?.credentials.count ?? 0 }
        #expect(counts.sorted() == [0, 1])
        for index in 0...1 { #expect(after[index] - before[index] == UInt64(counts[index])) }
        try bench.restart()
        for node in nodes { try bench.report(node) }
        try bench.apply(.deleteRegistryCredential(.init(id: id, requestID: "r")))
        #expect(nodes.allSatisfy { bench.cluster.document(for: $0)?.credentials.isEmpty == true })
    }
}
