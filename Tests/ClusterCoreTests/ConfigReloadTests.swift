import Model
import Testing

@testable import ClusterCore

/// Files whose content may change below a running container: which versions have the same containers.
@Suite struct ConfigReloadTests {
    private static func content(
        _ text: String, variable: String = "1", mode: UInt16 = 0o400, reload: ConfigReload = .signal(.hangup),
        others: [ConfigFile] = []
    ) -> ConfigContent {
        ConfigContent(
            entries: [ConfigEntry(key: "A", source: .value(variable))],
            files: [
                ConfigFile(
                    path: "/etc/app.yaml", mode: mode, source: .content(Array(text.utf8)), reload: reload)
            ] + others)
    }

    @Test func onlyOtherContentsOfLiveFilesKeepTheContainers() throws {
        var bench = try ClusterBench()
        let config = try bench.live("app", Self.content("1"))
        #expect(bench.containerVersion(config) == 1)
        let polled = [ConfigFile(path: "/b", source: .content([1]), reload: .none)]
        let fixed = polled + [ConfigFile(path: "/c", source: .content([1]))]
        let refixed = polled + [ConfigFile(path: "/c", source: .content([2]))]
        let other: ConfigReload = .signal(.user1)
        let steps: [(content: ConfigContent, containers: UInt64, what: String)] = [
            (Self.content("2"), 1, "another content"),
            (Self.content("3"), 1, "and another, whose version before nothing names any more"),
            (Self.content("3", variable: "2"), 4, "a variable"),
            (Self.content("4", variable: "2"), 4, "a content after it"),
            (Self.content("5", variable: "3"), 6, "a content and a variable"),
            (Self.content("5", variable: "3", mode: 0o440), 7, "a mode"),
            (Self.content("6", variable: "3", mode: 0o440), 7, "a content after it"),
            (Self.content("6", variable: "3", mode: 0o440, reload: other), 9, "a signal"),
            (Self.content("6", variable: "3", mode: 0o440, reload: .none), 10, "a reload"),
            (Self.content("7", variable: "3", mode: 0o440, reload: .none), 10, "a content after it"),
            (Self.content("7", reload: .none, others: polled), 12, "one more file"),
            (Self.content("7", reload: .none, others: fixed), 13, "one more that is part of the container"),
            (Self.content("8", reload: .none, others: fixed), 13, "a content beside it"),
            (Self.content("8", reload: .none, others: refixed), 15, "the content of that one"),
            (Self.content("8", reload: .none), 16, "files less"),
            (Self.content("8", reload: .restart), 17, "no reload"),
            (Self.content("9", reload: .restart), 18, "a content without reload"),
        ]
        for step in steps {
            try bench.rewrite(config, step.content)
            #expect(bench.containerVersion(config) == step.containers, "\(step.what)")
        }
        #expect(bench.cluster.tables.configs.versions.count == 1, "the others are forgotten")
    }

    @Test func anotherNameAndTheSameOnceMoreAreOtherContainers() throws {
        var bench = try ClusterBench()
        let config = try bench.live("app", Self.content("1"))
        try bench.rewrite(config, Self.content("2"))
        try bench.rewrite(config, Self.content("3"), name: "zapp")
        #expect(bench.containerVersion(config) == 3, "configs apply in the order of their names")
        try bench.rewrite(config, Self.content("3"), version: 9)
        #expect(bench.containerVersion(config) == 9, "asked for")
        try bench.rewrite(config, Self.content("4"), version: 20)
        #expect(bench.containerVersion(config) == 9)
        #expect(bench.cluster.config(config)?.row.version == 20)
    }

    @Test func aDocumentKeepsContainersLikeAWrite() throws {
        var bench = try ClusterBench()
        for (text, variable) in [("1", "1"), ("2", "1"), ("3", "2")] {
            let declared = ApplyDeclarations.Config(
                name: "app", version: nil, labels: [:], content: Self.content(text, variable: variable),
                deployments: nil, nodes: nil)
            try bench.apply(
                .applyDeclarations(.init(items: [.config(declared)], pruned: [], requestID: "apply")))
            let config = try #require(bench.cluster.configID(named: "app"))
            #expect(bench.containerVersion(config) == (text == "3" ? 3 : 1))
        }
    }

    @Test func anotherContentIsAGenerationThatReachesReplicasOneAtATime() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let web = try bench.create(.sample(replicas: 3)).id
        let config = try bench.live("app", Self.content("1"))
        try bench.attach(config, .deployment(web))
        try bench.settle(nodes)
        #expect(bench.generations(web) == [2, 2, 2])
        try bench.rewrite(config, Self.content("2"))
        #expect(bench.generations(web) == [3, 2, 2], "max_unavailable is 1")
        #expect(bench.versions(on: nodes).sorted() == ["1/1", "1/1", "2/1"])
        try bench.settle(nodes)
        #expect(bench.generations(web) == [3, 3, 3])
        #expect(bench.versions(on: nodes) == ["2/1", "2/1", "2/1"])
        #expect(bench.cluster.deployment(web)?.rollout.phase == .complete)
    }

    @Test func goingBackNamesTheVersionThatWasAndItsContainers() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let web = try bench.create(.sample()).id
        let config = try bench.live("app", Self.content("1"))
        try bench.attach(config, .deployment(web))
        for content in [
            Self.content("2"), Self.content("2", variable: "2"), Self.content("3", variable: "2"),
        ] {
            try bench.settle([node])
            try bench.rewrite(config, content)
        }
        try bench.settle([node])
        #expect(bench.versions(on: [node]) == ["4/3"])
        try bench.restart()
        try bench.settle([node])
        for (generation, version) in [(4, "3/3"), (5, "4/3"), (2, "1/1"), (3, "2/1")] as [(UInt64, String)] {
            try bench.apply(.rollBackDeployment(.init(id: web, generation: generation, requestID: "back")))
            try bench.settle([node])
            #expect(bench.versions(on: [node]) == [version])
        }
    }

    @Test func everyReplicaProvesTheNewContentBeforeTheNextOneGetsIt() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let web = try bench.create(.sample(replicas: 2)).id
        try bench.patch(web) { $0.strategy.healthyAfterSecs = 5 }
        let config = try bench.live("app", Self.content("1"))
        try bench.attach(config, .deployment(web))
        for _ in 0..<40 { try bench.obeyBelowTheSameContainers(nodes) }
        let before = bench.generations(web)
        #expect(Set(before).count == 1)
        try bench.rewrite(config, Self.content("2"))
        for second in 1...5 {
            try bench.obeyBelowTheSameContainers(nodes)
            #expect(Set(bench.generations(web)).count == 2, "second \(second)")
        }
        for _ in 0..<3 { try bench.obeyBelowTheSameContainers(nodes) }
        #expect(bench.generations(web) == before.map { $0 + 1 })
        #expect(bench.cluster.deployment(web)?.rollout.phase == .progressing, "the last one proves it too")
        for _ in 0..<5 { try bench.obeyBelowTheSameContainers(nodes) }
        #expect(bench.cluster.deployment(web)?.rollout.phase == .complete)
    }

    @Test func rejectedContentIsRolledBackByItself() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let web = try bench.create(.sample(replicas: 2)).id
        let config = try bench.live("app", Self.content("1"))
        try bench.attach(config, .deployment(web))
        try bench.settle(nodes)
        bench.rejectedImages = ["web:1"]
        try bench.rewrite(config, Self.content("broken"))
        try bench.obey(nodes[0])
        bench.rejectedImages = []
        try bench.tick()
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(web)?.rollout.phase == .rolledBack)
        #expect(bench.versions(on: nodes) == ["1/1", "1/1"])
    }

    @Test func agentWithoutReloadGetsFilesThatArePartOfTheContainerOnly() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("old", isReady: false)
        bench.capabilities[node] = AgentCapability.allCases.filter { $0 != .configReload }.map(\.rawValue)
        try bench.report(node)
        let plain = try bench.create(.sample("plain", replicas: 0)).id
        try bench.attach(
            try bench.live("fixed", Self.content("1", reload: .restart)), .deployment(plain))
        #expect(try bench.patch(plain) { $0.replicas = 1 }.unplaced.isEmpty)
        for (name, reload) in [("signalled", .signal(.hangup)), ("polled", .none)]
            as [(String, ConfigReload)]
        {
            let web = try bench.create(.sample(name, replicas: 0)).id
            try bench.attach(try bench.live(name, Self.content("1", reload: reload)), .deployment(web))
            let reply = try bench.patch(web) { $0.replicas = 1 }
            #expect(reply.unplaced.first?.refusals.map(\.detail) == ["agent_too_old: configs.reload"])
        }
    }
}

extension ClusterBench {
    /// A second in which each node takes its document and reports the container it always had.
    fileprivate mutating func obeyBelowTheSameContainers(_ nodes: [NodeID]) throws {
        for node in nodes {
            if let document = cluster.document(for: node) { containers[node] = document.replicas }
            var report = nextReport(node)
            for index in report.containers.indices { report.containers[index].containerID = "c\(index)" }
            try apply(.recordReport(RecordReport(nodeID: node, report: report)))
        }
        try tick()
        pass(milliseconds: 1000)
    }

    fileprivate mutating func live(_ name: String, _ content: ConfigContent) throws -> ConfigID {
        let command = CreateConfig(name: name, content: content, requestID: "create")
        guard case .config(let config) = try apply(.createConfig(command)) else {
            throw BenchFailure.unexpectedReply
        }
        return config.id
    }

    fileprivate mutating func rewrite(
        _ id: ConfigID, _ content: ConfigContent, name: String? = nil, version: UInt64? = nil
    ) throws {
        let name = name ?? cluster.config(id)?.row.name ?? ""
        try apply(
            .updateConfig(
                .init(id: id, name: name, version: version, content: content, requestID: "write")))
    }

    fileprivate func containerVersion(_ id: ConfigID) -> UInt64? {
        cluster.config(id).flatMap { cluster.configVersion($0.row.reference) }?.containerVersion
    }

    /// The version of the one config that each node is sent, and the one whose containers it has.
    fileprivate func versions(on nodes: [NodeID]) -> [String] {
        nodes.flatMap { cluster.document(for: $0)?.configs ?? [] }.map {
            "\($0.reference.version)/\($0.containerVersion)"
        }
    }
}
