import AgentTestKit
import DockerEngine
import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

/// A daemon that is reached over TCP, with certificates on both sides.
@Suite(.onLoop) struct EncryptedEngineTests {
    @Test @LoopActor func aNodeWorksOverTLSAndNobodyWithoutACertificate() async throws {
        guard PrivateDocker.unavailable == nil else {
            return TestEnvironment.skip(PrivateDocker.unavailable ?? "")
        }
        guard PrivateDocker.path(of: "openssl") != nil else {
            return TestEnvironment.skip("openssl is not installed")
        }
        let port = try await EngineFixture.freePort()
        let docker = try await PrivateDocker.start(tlsPort: port)
        defer { docker.end() }
        let address = "tcp://127.0.0.1:\(port)"
        let http = HTTPClient()
        defer { http.close() }
        for tls in [HTTPClientTLS(), HTTPClientTLS(authorityFile: "\(docker.tlsFolder)/ca.pem")] {
            let endpoint = try #require(DockerEndpoint(address, tls: tls))
            let stranger = DockerClient(endpoint: endpoint, http: http)
            #expect(await kind { _ = try await stranger.listContainers(labels: []) } != nil)
        }
        try await NodeFixture.run(on: docker) { node in
            let replica = Replicas.one(image: try await docker.image(.one), graceSecs: 1)
            node.controlPlane.publish([replica])
            try node.start([
                "FLEDX_AGENT_DOCKER_HOST": address, "FLEDX_AGENT_DOCKER_CERT_PATH": docker.tlsFolder,
            ])
            let id = try #require(try await node.reported(replica, .running).containerID)
            // Its death is heard through the stream of events.
            try await docker.call("POST", "/containers/\(id)/kill")
            try await node.reported(replica, .running) { $0.restartCount == 1 }
            #expect(!node.log.contains("cannot be reached"))
        }
    }
}
