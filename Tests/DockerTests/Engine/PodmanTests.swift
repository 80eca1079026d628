import DockerEngine
import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

/// The same client on Podman's compatible socket.
@Suite(.onLoop) struct PodmanTests {
    @LoopActor private static func run(_ test: @LoopActor (DockerClient, String) async throws -> Void)
        async throws
    {
        if let reason = PrivatePodman.unavailable { return TestEnvironment.skip(reason) }
        // Sets up control groups where nobody else does.
        guard try await PrivateDocker.shared() != nil else { return }
        let podman = try await PrivatePodman.start()
        defer { podman.end() }
        let http = HTTPClient()
        defer { http.close() }
        let client = DockerClient(endpoint: DockerEndpoint(socketPath: podman.socketPath), http: http)
        try await test(client, try await podman.image(.one))
    }

    @Test @LoopActor func aContainerLivesFromCreationToRemoval() async throws {
        try await Self.run { client, image in
            let engine = try await client.negotiate()
            let version = try #require(client.version)
            #expect(version <= engine.apiVersion && version >= DockerLimits.oldestVersion)
            #expect(try await client.information().processors > 0)
            #expect(try await client.inspectImage(image).id.isEmpty == false)

            var filter = EventFilter()
            filter.types = ["container"]
            filter.labels = ["fledx.test=podman"]
            let events = try await client.events(filter)
            var creation = ContainerCreation(image: image)
            creation.labels = ["fledx.test": "podman"]
            creation.environment = ["A=1"]
            creation.memoryBytes = 64 << 20
            creation.stopTimeoutSeconds = 3
            creation.mounts = [
                ContainerMount(kind: .bind, source: "/etc", target: "/host-etc", readOnly: true)
            ]
            let id = try await client.createContainer(creation, name: "fledx-life")
            try await client.startContainer(id)
            try await client.startContainer(id)
            let details = try await client.inspectContainer(id)
            #expect(details.state.status == .running && details.state.processID > 0)
            #expect(details.name == "fledx-life")
            #expect(details.labels["fledx.test"] == "podman")
            #expect(details.environment.contains("A=1"))
            #expect(try await client.listContainers(labels: ["fledx.test=podman"]).map(\.id) == [id])
            #expect(try await client.listContainers(labels: ["fledx.test=nobody"]).isEmpty)

            var options = LogOptions()
            options.follows = true
            let log = try await client.logs(of: id, options)
            #expect(try await log.next()?.first?.bytes == Array("serving version 1\n".utf8))
            log.cancel()
            let result = try await client.execute(
                ["sh", "-c", "echo out; exit 3"], in: id, milliseconds: 20_000)
            #expect(result.exitCode == 3)
            #expect(result.output == Array("out\n".utf8))
            #expect(try await client.statistics(of: id).processors > 0)

            try await client.stopContainer(id, graceSeconds: 5)
            try await client.stopContainer(id, graceSeconds: 5)
            #expect(try await client.inspectContainer(id).state.status == .exited)
            var actions: [String] = []
            while actions.last != "died", actions.last != "die", let event = try await events.next() {
                #expect(event.actor == id)
                actions.append(event.action)
            }
            events.cancel()
            #expect(actions.contains("start"), "\(actions)")
            try await client.removeContainer(id, force: false)
            #expect(await kind { _ = try await client.inspectContainer(id) } == .notFound)
        }
    }

    @Test @LoopActor func whatIsMissingIsOfTheSameKinds() async throws {
        try await Self.run { client, _ in
            let absent = ContainerCreation(image: "localhost/fledx-test/absent:1")
            #expect(await kind { _ = try await client.createContainer(absent, name: nil) } == .imageNotFound)
            #expect(await kind { try await client.startContainer("nobody") } == .notFound)
        }
    }
}
