import DockerEngine
import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@Suite(.onLoop)
struct ImageTests {
    @Test @LoopActor
    func aPullReportsProgressAndTheDigest() async throws {
        try await EngineFixture.run { fixture in
            guard let registry = try await PrivateRegistry.shared() else { return }
            let client = fixture.client
            _ = try await fixture.docker.image(.one)
            let pushed = try await registry.push(
                TestImage.one.reference, from: fixture.docker, repository: "pull/httpd", tag: "latest")
            try await client.removeImage(pushed)
            let reference = try #require(ImageReference("\(registry.address)/pull/httpd"))
            #expect(await kind { _ = try await client.inspectImage(reference.description) } == .imageNotFound)
            var lines = 0
            let digest = try #require(
                try await client.pullImage(reference, milliseconds: 60_000) { _ in lines += 1 })
            #expect(lines > 1)
            let image = try await client.inspectImage(reference.description)
            #expect(image.digest(in: reference) == digest)
            #expect(image.id.hasPrefix("sha256:"))
            #expect(image.exposedPorts == ["80/tcp"])
            let pinned = try #require(reference.at(digest: digest))
            #expect(try await client.pullImage(pinned, milliseconds: 60_000) == digest)
            #expect(try await client.inspectImage(pinned.pinned).id == image.id)
        }
    }

    @Test @LoopActor
    func pullsFailByTheirReason() async throws {
        try await EngineFixture.run { fixture in
            guard let registry = try await PrivateRegistry.shared() else { return }
            func pull(_ text: String) async throws -> DockerFailure.Kind? {
                let reference = try #require(ImageReference(text))
                return await kind { _ = try await fixture.client.pullImage(reference, milliseconds: 30_000) }
            }
            #expect(try await pull("\(registry.address)/nobody/nothing:1") == .imageNotFound)
            let port = try await EngineFixture.freePort()
            #expect(try await pull("127.0.0.1:\(port)/x:1") == .registryUnavailable)
        }
    }

    @Test @LoopActor
    func aPullEndsAtItsDeadlineAndWhenCancelled() async throws {
        try await EngineFixture.run { fixture in
            guard PrivateDocker.path(of: "docker-registry") != nil else { return }
            let registry = try await PrivateRegistry.start()
            try registry.freeze()
            let reference = try #require(ImageReference("\(registry.address)/slow:1"))
            #expect(
                await kind { _ = try await fixture.client.pullImage(reference, milliseconds: 300) }
                    == .timeout)
            let client = fixture.client
            let task = Task { @LoopActor in try await client.pullImage(reference, milliseconds: 60_000) }
            while fixture.http.requestsInProgress == 0 { await LoopActor.pass() }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(fixture.http.requestsInProgress == 0)
            registry.end()
        }
    }
}
