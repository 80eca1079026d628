import ClusterCore
import EventLoop
import Model
import SQLite
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct StorageTests {
    @Test @LoopActor func aFullStoreRefusesChangesAnswersReadsAndHeals() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            try await plane.reportRunning(node)
            try await plane.limitPages(to: 1)

            let value = String(repeating: "a", count: 30_000)
            let large = #"{"name":"large","image":"nginx:1","env":{"A":"\#(value)"}}"#
            let lost = try await plane.send("POST", "/api/v1/deployments", json: large)
            #expect(lost.status == 503)
            #expect(lost.code == "storage_unavailable")
            #expect(lost.headers["retry-after"] != nil)
            try await plane.untilReloaded()

            let small = try await plane.send(
                "POST", "/api/v1/deployments", json: #"{"name":"s","image":"x"}"#)
            #expect(small.status == 503)
            #expect(try await plane.send("GET", "/readyz", token: nil).status == 503)
            #expect(try await plane.names() == ["web"])
            let health: HealthResponse = try await plane.send("GET", "/health", token: nil).decode()
            #expect(health.status == "degraded")
            #expect(health.conditions.map(\.type) == ["storage_unavailable"])
            #expect(try await plane.report(node).status == 200, "a sign of life decides nothing")
            #expect(try await plane.document(node).0.deployments.map(\.name) == ["web"])

            try await plane.limitPages(to: 1_000_000)
            try await plane.plane.recovery.untilHealed()
            #expect(try await plane.send("GET", "/readyz", token: nil).status == 200)
            #expect(try await plane.send("POST", "/api/v1/deployments", json: large).status == 201)
            #expect(try await plane.names() == ["web", "large"])
        }
    }

    @Test @LoopActor func everyRowComesBackAsItWas() async throws {
        try await TestPlane.with { plane in
            let store = plane.plane.host.store
            let meta = try await store.load().cluster.meta
            let written = Self.snapshot(meta: meta)
            let rows = written.rows
            try store.commit(rows.map { RowChange(.put($0), durability: .decision) })
            #expect(try await store.load().cluster.sorted == written.sorted)
            try store.commit(rows.map { RowChange(.put($0), durability: .decision) })
            #expect(try await store.load().cluster.sorted == written.sorted, "a put replaces")
            let deletions = rows.dropFirst().reversed().map {
                RowChange(.delete($0.key), durability: .decision)
            }
            try store.commit(Array(deletions))
            #expect(try await store.load().cluster == ClusterSnapshot(meta: written.meta))
        }
    }

    /// A database from before files had a reload: every version has containers of its own.
    @Test @LoopActor func anOlderDatabaseOfConfigsIsTakenOver() async throws {
        let folder = try TemporaryFolder()
        let first = try await TestPlane.start(in: folder)
        let declared = try await first.send(
            "POST", "/api/v1/configs",
            json: #"{"name":"app","files":[{"path":"/a","content":"1","reload":"none"}]}"#)
        #expect(declared.status == 201, "\(declared.text)")
        #expect(try await first.rewrite("2").containerVersion == 1)
        try await first.stop()
        try BackupFile.change(folder.path("test.db")) { connection in
            for sql in [
                "ALTER TABLE config_versions DROP COLUMN container_version",
                "DELETE FROM schema_migrations WHERE number > 10",
                #"UPDATE config_versions SET content = replace(content, ',"reload":"none"', '')"#,
            ] { _ = try connection.execute(sql) }
            try Migrator(Array(Schema.migrations.prefix(10))).check(connection)
        }

        let second = try await TestPlane.start(in: folder)
        let detail: ConfigDetail = try await second.send("GET", "/api/v1/configs/app").decode()
        #expect(detail.metadata.version == 2)
        #expect(detail.files == [ConfigFile(path: "/a", source: .content(Array("2".utf8)))])
        #expect(second.version(detail.metadata.configID, 2)?.containerVersion == 2)
        #expect(try await second.rewrite("2").containerVersion == 3)
        let last = try await second.rewrite("3")
        #expect(last.reference.version == 4 && last.containerVersion == 3)
        try await second.stop()

        let third = try await TestPlane.start(in: folder)
        #expect(third.version(detail.metadata.configID, 4) == last)
        try await third.stop()
    }

    private static func snapshot(meta: MetaRow) -> ClusterSnapshot {
        var ids = SeededRandom(seed: 7)
        let now = Timestamp(milliseconds: 1_700_000_000_123)
        let node: NodeID = ids.nextIdentifier()
        let gone: NodeID = ids.nextIdentifier()
        let deployment: DeploymentID = ids.nextIdentifier()
        var spec = DeploymentSpec(name: "web", container: ContainerSpec(image: "nginx:1", env: ["A": "1"]))
        spec.ports = [PortMapping(containerPort: 80, transport: .udp, hostIP: "::1", expose: true)]
        spec.constraints = Constraints(arch: "arm64", labels: ["zone": "west"])
        spec.placement = PlacementHints(spread: true, maxPerNode: 2)
        var meta = meta
        meta.accepts = [ids.nextIdentifier()]
        meta.schedulerCursor = 3
        let inventory = Inventory(
            arch: "arm64", os: "linux", labels: ["a": "b"], capacity: Capacity(cpuMillis: 4, memoryBytes: 5),
            publicIP: "192.0.2.1", publicHost: "edge.example")
        let configID: ConfigID = ids.nextIdentifier()
        let reference = ConfigReference(configID: configID, version: 3)
        var snapshot = ClusterSnapshot(
            meta: meta,
            nodes: [
                NodeRow(
                    id: node, ordinal: 1, name: "edge-1", inventory: inventory, operatorLabels: ["c": "d"],
                    revision: 9, emptiedBy: .init(revision: 4, requestID: "r"), createdAt: now,
                    updatedAt: now, declaration: 8),
                NodeRow(
                    id: gone, ordinal: 2, name: nil, inventory: Inventory(), createdAt: now, updatedAt: now,
                    tombstone: .init(deletedAt: now, removesContainers: true)),
            ],
            nodesSeen: [NodeSeenRow(nodeID: node, lastSeen: now, status: .ready)],
            tokens: [
                TokenRow(
                    id: ids.nextIdentifier(), nodeID: node, hash: [UInt8](repeating: 7, count: 32),
                    createdAt: now, lastUsed: now)
            ],
            deployments: [
                DeploymentRow(
                    id: deployment, spec: spec, generation: 5, declaration: 7, restartNonce: 2,
                    createdAt: now, updatedAt: now, deletedAt: now)
            ],
            revisions: [
                RevisionRow(
                    deploymentID: deployment, generation: 5, spec: spec, restartNonce: 2,
                    configs: [reference], createdAt: now)
            ],
            assignments: [
                AssignmentRow(
                    id: ids.nextIdentifier(), deploymentID: deployment, replicaNumber: 0, nodeID: node,
                    generation: 5, ports: spec.ports,
                    formerPorts: [PortMapping(containerPort: 1, hostPort: 2)],
                    resources: Resources(cpuMillis: 10), configs: [reference], phase: .current,
                    createdAt: now, updatedAt: now),
                AssignmentRow(
                    id: ids.nextIdentifier(), deploymentID: deployment, replicaNumber: 1, nodeID: node,
                    generation: 4, phase: .retiring(sinceRevision: 8, reason: .nodeLost), createdAt: now,
                    updatedAt: now),
            ])
        snapshot.configs = Self.configs(reference, deployment, node, &ids, now)
        return snapshot
    }

    private static func configs(
        _ reference: ConfigReference, _ deployment: DeploymentID, _ node: NodeID, _ ids: inout SeededRandom,
        _ now: Timestamp
    ) -> [ClusterCore.Row] {
        let content = ConfigContent(
            entries: [
                ConfigEntry(key: "A", source: .value("1")), ConfigEntry(key: "B", source: .sealed([0, 255])),
                ConfigEntry(key: "C", source: .secretReference("name")),
            ],
            files: [
                ConfigFile(path: "/a", mode: 0o644, source: .content([0xFF, 0])),
                ConfigFile(path: "/b", source: .content(Array("text".utf8))),
                ConfigFile(path: "/c", source: .reference("x/y"), reload: .none),
                ConfigFile(path: "/d", source: .content([1]), reload: .signal(.user2)),
            ])
        let id = reference.configID
        return [
            .config(
                ConfigRow(id: id, name: "app", version: 3, labels: ["a": "b"], createdAt: now, updatedAt: now)
            ),
            .configVersion(
                ConfigVersionRow(reference: reference, name: "app", content: content, createdAt: now)),
            .configVersion(
                ConfigVersionRow(
                    reference: ConfigReference(configID: id, version: 5), name: "app", content: content,
                    createdAt: now, containerVersion: 3)),
            .configAttachment(.init(configID: id, target: .deployment(deployment), attachedAt: now)),
            .configAttachment(.init(configID: id, target: .node(node), attachedAt: now)),
            .registryCredential(
                RegistryCredentialRow(
                    id: ids.nextIdentifier(), name: "hub", host: "docker.io", username: "u",
                    sealedPassword: [1, 2], version: 4, createdAt: now, updatedAt: now)),
            .ingressRoute(
                IngressRouteRow(
                    id: ids.nextIdentifier(),
                    declaration: .init(
                        host: "h", pathPrefix: "/", deploymentID: deployment, containerPort: 80, tls: "t"),
                    version: 2, createdAt: now, updatedAt: now)),
        ]
    }
}

extension ClusterSnapshot {
    /// Every row, the database's own first, in an order in which references hold.
    fileprivate var rows: [ClusterCore.Row] {
        [.meta(meta)] + nodes.map { .node($0) } + nodesSeen.map { .nodeSeen($0) } + tokens.map { .token($0) }
            + deployments.map { .deployment($0) } + revisions.map { .revision($0) }
            + assignments.map { .assignment($0) } + configs
    }

    fileprivate var sorted: ClusterSnapshot {
        var copy = self
        copy.nodes.sort { $0.id < $1.id }
        copy.assignments.sort { $0.id < $1.id }
        return copy
    }
}

extension TestPlane {
    /// Gives the config app its one file anew; the version that makes.
    fileprivate func rewrite(_ text: String) async throws -> ConfigVersionRow {
        let answer = try await send(
            "PUT", "/api/v1/configs/app",
            json: #"{"files":[{"path":"/a","content":"\#(text)","reload":"none"}]}"#)
        #expect(answer.status == 200, "\(answer.text)")
        let metadata = (try answer.decode() as ConfigDetail).metadata
        return try #require(version(metadata.configID, metadata.version))
    }

    fileprivate func version(_ id: ConfigID, _ number: UInt64) -> ConfigVersionRow? {
        plane.host.cluster.configVersion(ConfigReference(configID: id, version: number))
    }

    /// Lets the database have no more pages than it has, or than that.
    fileprivate func limitPages(to count: Int) async throws {
        _ = try await plane.host.store.worker.perform { connection in
            try connection.first("PRAGMA max_page_count=\(count)") { try $0.int64(0) }
        }
    }

    /// Returns once the core was read from disk after a failed commit.
    fileprivate func untilReloaded() async throws {
        for _ in 0..<100_000 {
            if case .failed(_, coreReloaded: true, _) = plane.host.store.worker.state { return }
            await LoopActor.pass()
        }
        Issue.record("the core was not reloaded")
    }
}
