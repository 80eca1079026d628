import DockerEngine
import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@Suite(.onLoop)
struct OutageTests {
    @Test @LoopActor
    func aMissingEngineIsUnreachable() async throws {
        let http = HTTPClient()
        let client = DockerClient(
            endpoint: DockerEndpoint(socketPath: "/nonexistent/docker.sock"), http: http)
        #expect(await kind { try await client.ping() } == .unreachable)
        #expect(await kind { _ = try await client.listContainers(labels: []) } == .unreachable)
        http.close()
    }

    @Test @LoopActor
    func aCrashedEngineIsSeenAndFoundAgain() async throws {
        guard PrivateDocker.unavailable == nil else {
            return TestEnvironment.skip(PrivateDocker.unavailable ?? "")
        }
        let docker = try await PrivateDocker.start()
        defer { docker.end() }
        let http = HTTPClient()
        let client = DockerClient(endpoint: DockerEndpoint(socketPath: docker.socketPath), http: http)
        let creation = ContainerCreation(image: try await docker.image())
        let id = try await client.createContainer(creation, name: "survivor")
        try await client.startContainer(id)
        let events = try await client.events()
        try await docker.crash()
        // The stream breaks or ends, whichever the kernel tells first.
        _ = await kind { while try await events.next() != nil {} }
        #expect(await kind { try await client.ping() } == .unreachable)
        #expect(await kind { _ = try await client.inspectContainer(id) } == .unreachable)
        #expect(client.version == nil)
        try await docker.restart()
        let found = try await client.inspectContainer(id)
        #expect(found.state.status == .exited)
        try await client.startContainer(id)
        #expect(try await client.inspectContainer("survivor").state.status == .running)
        http.close()
    }
}
