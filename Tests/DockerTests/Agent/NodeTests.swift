import Agent
import AgentTestKit
import DockerEngine
import EventLoop
import HTTPClient
import Model
import NodeCore
import TestKit
import Testing

@Suite(.onLoop) struct NodeTests {
    @Test @LoopActor func aDeploymentServesIsUpdatedOnItsPortAndGoesWithoutATrace() async throws {
        try await NodeFixture.run { node in
            let port = try await EngineFixture.freePort()
            let one = Replicas.one(image: try await node.docker.image(.one), hostPort: port)
            let started = EventLoop.now
            try node.start()
            try await eventually("ready") { node.agent?.readiness.isEmpty == true }
            StandardIO.write(
                "measured: agent start to ready \(EventLoop.now.milliseconds(since: started)) ms\n",
                to: .error)
            node.controlPlane.publish([one])
            let first = try await node.reported(one, .running)
            #expect(first.endpoints == ["127.0.0.1:\(port)"])
            try await eventually("version 1") { await node.page(port)?.contains("version 1") == true }

            let two = Replicas.one(
                image: try await node.docker.image(.two), generation: 2, hostPort: port)
            node.controlPlane.publish([two])
            try await node.reported(two, .running) { $0.generation == 2 }
            try await eventually("version 2") { await node.page(port)?.contains("version 2") == true }
            try await eventually("one container") { try await node.containers().count == 1 }

            node.controlPlane.publish([], emptied: true)
            try await node.reported(two, .removed)
            #expect(try await node.containers().isEmpty)
        }
    }

    /// One that ignores its signal has its whole grace, though the agent's own deadline is shorter.
    @Test @LoopActor func aCleanUpGivesEachContainerItsOwnGraceAndLeavesNothing() async throws {
        try await NodeFixture.run { node in
            let replicas = [
                Replicas.one(image: try await node.docker.image(.stubborn), graceSecs: 3),
                Replicas.one(2, image: try await node.docker.image(.one), graceSecs: 1),
            ]
            node.controlPlane.publish(replicas)
            try node.start([
                "FLEDX_AGENT_CLEANUP_ON_SHUTDOWN": "true", "FLEDX_AGENT_SHUTDOWN_DEADLINE_SECS": "1",
            ])
            for replica in replicas { try await node.reported(replica, .running) }
            var filter = EventFilter()
            filter.types = ["container"]
            filter.labels = ["\(ContainerLabel.nodeID)=\(node.nodeID)"]
            let events = try await node.client.events(filter)
            defer { events.cancel() }
            await node.stop()
            #expect(try await node.containers().isEmpty)
            var killed: [String: Int64] = [:]
            var ended: [String: (after: Int64, code: Int?)] = [:]
            while ended.count < 2, let event = try await events.next() {
                if event.action == "kill" { killed[event.actor] = killed[event.actor] ?? event.nanoseconds }
                guard event.action == "die", let asked = killed[event.actor] else { continue }
                ended[event.actor] = ((event.nanoseconds - asked) / 1_000_000, event.exitCode.map { Int($0) })
            }
            let stubborn = ended.values.filter { $0.code == 137 }
            #expect(stubborn.count == 1)
            #expect(stubborn.allSatisfy { $0.after >= 2900 })
        }
    }

    @Test @LoopActor func anAgentRestartTouchesNoContainer() async throws {
        try await NodeFixture.run { node in
            let replica = Replicas.one(image: try await node.docker.image(.one))
            node.controlPlane.publish([replica])
            try node.start()
            let id = try #require(try await node.reported(replica, .running).containerID)
            let before = try await node.client.inspectContainer(id).state
            await node.stop()
            #expect(node.controlPlane.last?.conditions.map(\.type) == ["leaving"])
            let reports = node.controlPlane.reports.count
            try node.start()
            try await eventually("a report of the new life") { node.controlPlane.reports.count > reports }
            try await node.reported(replica, .running)
            let after = try await node.client.inspectContainer(id).state
            #expect(after.startedAt == before.startedAt)
            #expect(after.processID == before.processID)
        }
    }

    @Test @LoopActor func aKilledContainerIsStartedAgainAfterItsPause() async throws {
        try await NodeFixture.run { node in
            let replica = Replicas.one(image: try await node.docker.image(.one))
            node.controlPlane.publish([replica])
            try node.start()
            let id = try #require(try await node.reported(replica, .running).containerID)
            try await node.docker.call("POST", "/containers/\(id)/kill")
            let killed = EventLoop.now
            let report = try await node.reported(replica, .running) { $0.restartCount == 1 }
            let delay = EventLoop.now.milliseconds(since: killed)
            StandardIO.write(
                "measured: kill to reported running again \(delay) ms (pause 200 ms)\n", to: .error)
            #expect(report.containerID == id, "a crash is no reason for a new container")
            #expect(delay >= 190)
        }
    }

    @Test @LoopActor func aCrashLoopIsCalledFailedAndSaysWhenTheNextTryComes() async throws {
        try await NodeFixture.run { node in
            let replica = Replicas.one(image: try await node.docker.image(.bad))
            node.controlPlane.publish([replica])
            try node.start(["FLEDX_AGENT_RESTART_FAILURE_LIMIT": "2"])
            let report = try await node.reported(replica, .failed)
            let message = report.message ?? ""
            #expect(message.contains("crash_loop"), "\(message)")
            #expect(message.contains("exited with code 1"), "\(message)")
            #expect(message.contains("in a row; "), "\(message)")
        }
    }

    @Test @LoopActor func aPortHeldByAForeignProcessIsNamedAndTheReplicaHeals() async throws {
        try await NodeFixture.run { node in
            let holder = try Listener.tcp(host: "127.0.0.1", port: 0)
            defer { holder.close() }
            let port = holder.port
            let replica = Replicas.one(image: try await node.docker.image(.one), hostPort: port)
            node.controlPlane.publish([replica])
            try node.start()
            let report = try await node.reported(replica, .pending) {
                $0.message?.contains("\(port)") == true
            }
            #expect(report.message?.contains("taken") == true, "\(report.message ?? "")")
            #expect(report.message?.contains("free the port") == true, "\(report.message ?? "")")
            try await eventually("a report that names the foreign port") {
                node.controlPlane.last?.foreignPorts.contains(port) == true
            }
            holder.close()
            try await node.reported(replica, .running)
            try await eventually("it serves") { await node.page(port)?.contains("version 1") == true }
        }
    }

    @Test @LoopActor func aMissingImageIsNamedAndPulledWhenItsRegistryComesUp() async throws {
        try await NodeFixture.run { node in
            guard PrivateDocker.path(of: "docker-registry") != nil else {
                return TestEnvironment.skip("docker-registry is not installed")
            }
            let port = try await EngineFixture.freePort()
            let address = "127.0.0.1:\(port)"
            let replica = Replicas.one(image: "\(address)/app:1")
            node.controlPlane.publish([replica])
            try node.start()
            let report = try await node.reported(replica, .pending) {
                $0.message?.contains("cannot be pulled") == true
            }
            #expect(report.message?.contains("\(address)/app:1") == true)
            #expect(report.message?.contains("registry") == true, "\(report.message ?? "")")
            let registry = try await PrivateRegistry.start(port: port)
            defer { registry.end() }
            let image = try await node.docker.image(.one)
            _ = try await registry.push(image, from: node.docker, repository: "app", tag: "other")
            try await Self.copyTag(node.http, "http://\(address)/v2/app/manifests/", from: "other", to: "1")
            try await node.reported(replica, .running)
        }
    }

    /// Gives a manifest a second tag inside the registry, so that no daemon knows it before it pulls.
    @LoopActor private static func copyTag(
        _ http: HTTPClient, _ base: String, from: String, to: String
    ) async throws {
        let type = "application/vnd.docker.distribution.manifest.v2+json"
        let found = try await http.request(
            HTTPClientRequest(.get, base + from, headers: ["accept": type]))
        #expect(found.head.status == .ok)
        let put = try await http.request(
            HTTPClientRequest(
                .put, base + to, headers: ["content-type": found.head.headers["content-type"] ?? type],
                body: .bytes(found.body)))
        #expect(put.head.status == .created)
    }

    @Test @LoopActor func twoAgentsAndForeignContainersOnOneDaemonLeaveEachOtherAlone() async throws {
        try await NodeFixture.run { left in
            let image = try await left.docker.image(.one)
            var creation = ContainerCreation(image: image)
            creation.labels = ["fledx.node_id": "not-a-node"]
            let foreign = try await left.client.createContainer(creation, name: nil)
            try await left.client.startContainer(foreign)
            try await NodeFixture.run { right in
                let replica = Replicas.one(image: image)
                left.controlPlane.publish([replica])
                right.controlPlane.publish([replica])
                try left.start()
                try right.start()
                let kept = try await left.reported(replica, .running)
                let gone = try await right.reported(replica, .running)
                #expect(kept.containerID != gone.containerID)
                right.controlPlane.publish([], emptied: true)
                try await right.reported(replica, .removed)
                #expect(try await left.containers().map(\.id) == [kept.containerID])
                #expect(try await left.client.inspectContainer(foreign).state.status == .running)
            }
            try await left.client.removeContainer(foreign, force: true)
        }
    }
}
