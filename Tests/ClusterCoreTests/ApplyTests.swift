import Model
import Testing

@testable import ClusterCore

@Suite struct ApplyTests {
    @Test func aNewDeploymentStartsWithItsConfigs() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let replies = try bench.applyItems([
            .deployment(.sample("web")), Self.config("app", "1", deployments: ["web"]),
        ])
        guard case .deployment(let web, isNew: true) = replies[0] else { throw BenchFailure.unexpectedReply }
        #expect(web.generation == 1 && web.unplaced.isEmpty)
        #expect(bench.values(on: node) == ["A=1"], "the first container has it")
        #expect(bench.generations(web.id) == [1])
    }

    @Test func aChangedSpecAndAChangedConfigAreOneGeneration() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let first = Self.config("app", "1", deployments: ["web"])
        try bench.applyItems([.deployment(.sample("web")), first])
        try bench.settle([node])
        var spec = DeploymentSpec.sample("web")
        spec.container.image = "web:2"
        let replies = try bench.applyItems([
            .deployment(spec), Self.config("app", "2", deployments: ["web"]),
        ])
        guard case .deployment(let web, isNew: false) = replies[0] else { throw BenchFailure.unexpectedReply }
        #expect(web.hasChanged && web.generation == 2)
        try bench.settle([node])
        #expect(bench.values(on: node) == ["A=2"])
        #expect(bench.cluster.document(for: node)?.replicas.first?.container.image == "web:2")
    }

    @Test func theSameAgainChangesNothing() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let items: [ApplyDeclarations.Item] = [
            .deployment(Self.served("web")), Self.config("app", "1", deployments: ["web"], nodes: ["a"]),
            .ingressRoute(Self.route(to: "web")),
        ]
        try bench.applyItems(items)
        try bench.settle([node])
        let replies = try bench.applyItems(items)
        #expect(bench.changes.isEmpty)
        #expect(replies.allSatisfy { !$0.hasChanged })
    }

    @Test func listsOfWhatHasAConfigAreExact() throws {
        var bench = try ClusterBench()
        try bench.addNode("a")
        try bench.applyItems([
            .deployment(.sample("web")), .deployment(.sample("api")),
            Self.config("app", "1", deployments: ["web"]),
        ])
        try bench.applyItems([Self.config("app", "1", deployments: ["api"])])
        let config = try #require(bench.cluster.configID(named: "app").flatMap { bench.cluster.config($0) })
        #expect(config.deployments == [try #require(bench.cluster.deploymentID(named: "api"))])
        try bench.applyItems([Self.config("app", "1", deployments: nil)])
        #expect(bench.changes.isEmpty, "a list that is not given leaves what there is")
    }

    @Test func everyItemIsJudgedAndOneThatIsRefusedKeepsAllBack() throws {
        var bench = try ClusterBench()
        try bench.addNode("a")
        let before = bench.cluster.deploymentRows().count
        do throws(Rejection) {
            try bench.applyItems([
                .deployment(.sample("web")),
                Self.config("app", "1", deployments: ["nobody"], nodes: ["nowhere"]),
                .ingressRoute(Self.route(to: "nobody")), .ingressRoute(Self.route(to: "web", port: 81)),
            ])
            Issue.record("nothing was refused")
        } catch {
            #expect(
                error.faults.map(\.field) == [
                    "items[1].attached_deployments[0]", "items[1].attached_nodes[0]", "items[2].deployment",
                    "items[3].container_port",
                ])
        }
        #expect(bench.cluster.deploymentRows().count == before)
        #expect(bench.cluster.configRows().isEmpty)
    }

    @Test func whatIsPrunedMakesRoomInTheSameCommand() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        try bench.applyItems([
            .deployment(Self.served("web")), Self.config("app", "1", deployments: ["web"]),
            .ingressRoute(Self.route(to: "web")),
        ])
        try bench.settle([node])
        let old = try #require(bench.cluster.deploymentID(named: "web"))
        let config = try #require(bench.cluster.configID(named: "app"))
        let route = try #require(bench.cluster.ingressRoutes().first?.id)
        try bench.applyItems(
            [.deployment(Self.served("shop")), .ingressRoute(Self.route(to: "shop"))],
            pruned: [.ingressRoute(route), .deployment(old), .config(config)])
        #expect(bench.cluster.deploymentID(named: "web") == nil)
        #expect(bench.cluster.configRows().isEmpty)
        let shop = try #require(bench.cluster.deploymentID(named: "shop"))
        #expect(bench.cluster.ingressRoutes().map(\.declaration.deploymentID) == [shop])
        try bench.settle([node])
        #expect(bench.cluster.document(for: node)?.replicas.map(\.name) == ["shop"])
    }

    @Test func whatHasNoPlaceKeepsAllBackWhereThatIsAskedFor() throws {
        var bench = try ClusterBench()
        let command = ApplyDeclarations(
            items: [.deployment(.sample("web"))], requiresPlacement: true, requestID: "apply")
        #expect(throws: Rejection.self) { try bench.apply(.applyDeclarations(command)) }
        #expect(bench.cluster.deploymentRows().isEmpty)
    }

    private static func served(_ name: String) -> DeploymentSpec {
        var spec = DeploymentSpec.sample(name)
        spec.ports = [PortMapping(containerPort: 80, publish: false)]
        return spec
    }

    private static func route(to deployment: String, port: UInt16 = 80) -> ApplyDeclarations.Route {
        .init(
            host: "app.example.com", pathPrefix: "/", deployment: deployment, containerPort: port, tls: nil)
    }

    private static func config(
        _ name: String, _ value: String, deployments: [String]?, nodes: [String]? = nil
    ) -> ApplyDeclarations.Item {
        .config(
            .init(
                name: name, version: nil, labels: [:],
                content: ConfigContent(entries: [ConfigEntry(key: "A", source: .value(value))]),
                deployments: deployments, nodes: nodes))
    }
}

extension ClusterBench {
    @discardableResult
    fileprivate mutating func applyItems(
        _ items: [ApplyDeclarations.Item], pruned: [ApplyDeclarations.Pruned] = []
    ) throws(Rejection) -> [Reply.Applied] {
        let reply = try apply(
            .applyDeclarations(.init(items: items, pruned: pruned, requestID: "apply")))
        guard case .applied(let outcomes) = reply else { return [] }
        return outcomes
    }
}

extension Reply.Applied {
    fileprivate var hasChanged: Bool {
        switch self {
        case .deployment(let reply, _): reply.hasChanged
        case .config(let reply, _): reply.hasChanged
        case .registryCredential(_, let hasChanged, _), .ingressRoute(_, let hasChanged, _): hasChanged
        }
    }
}
