import DockerEngine
import EventLoop
import HTTPClient
import Model
import TestKit

/// A client of the process's private daemon, and the containers a test made, removed at its end.
@LoopActor
final class EngineFixture {
    let docker: PrivateDocker
    let http = HTTPClient()
    let client: DockerClient
    private var containers: [String] = []
    private static var number = 0

    private init(_ docker: PrivateDocker) {
        self.docker = docker
        client = DockerClient(endpoint: DockerEndpoint(socketPath: docker.socketPath), http: http)
    }

    /// Runs a test with a fixture; does nothing where no daemon can run.
    static func run(_ test: @LoopActor (EngineFixture) async throws -> Void) async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let fixture = EngineFixture(docker)
        do { try await test(fixture) } catch {
            await fixture.end()
            throw error
        }
        await fixture.end()
    }

    /// A name nobody else uses.
    func name(_ what: String) -> String {
        Self.number += 1
        return "\(what)-\(Self.number)"
    }

    /// Makes a container of a test image.
    func create(
        _ image: TestImage = .one, name: String? = nil, _ change: (inout ContainerCreation) -> Void = { _ in }
    ) async throws -> String {
        var creation = ContainerCreation(image: try await docker.image(image))
        change(&creation)
        let id = try await client.createContainer(creation, name: name)
        containers.append(id)
        return id
    }

    /// A port nobody listens on.
    static func freePort() async throws -> UInt16 {
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
        let port = listener.port
        listener.close()
        await listener.closed()
        return port
    }

    /// What a URL answers, tried until it does.
    func page(_ url: String) async throws -> String {
        var last: any Error = CancellationError()
        for _ in 0..<100 {
            do {
                let response = try await http.request(HTTPClientRequest(.get, url))
                if response.head.status == .ok { return String(decoding: response.body, as: UTF8.self) }
            } catch { last = error }
            try await LoopActor.sleep(milliseconds: 20)
        }
        throw last
    }

    private func end() async {
        for id in containers { try? await client.removeContainer(id, force: true) }
        http.close()
    }
}

/// The class of the failure that a call throws; nil when it throws none of ours.
@LoopActor
func kind(of call: @LoopActor () async throws -> Void) async -> DockerFailure.Kind? {
    do {
        try await call()
        return nil
    } catch { return (error as? DockerFailure)?.kind }
}
