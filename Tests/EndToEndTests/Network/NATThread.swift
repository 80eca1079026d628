import EventLoop
import JSON
import Model
import TestKit
import Testing

/// A control plane with TLS beyond a router, and an agent that is reached by nobody.
@LoopActor
final class NATThread {
    let docker: PrivateDocker
    let network: NATNetwork
    let programs: Programs

    /// Runs a test with both, once the tunnel is up; does nothing where that is impossible.
    static func run(
        delayMilliseconds: Int = 0, plane: [String: String] = [:], agent: [String: String] = [:],
        _ test: @LoopActor (NATThread) async throws -> Void
    ) async throws {
        if let reason = NATNetwork.unavailable { return TestEnvironment.skip(reason) }
        guard let docker = try await PrivateDocker.shared() else { return }
        let network = try await NATNetwork.make(delayMilliseconds: delayMilliseconds)
        defer { network.end() }
        let programs = try Programs(dockerHost: docker.host, network: network)
        defer { programs.end() }
        programs.speakTLS(authority: programs.folder.path("cp.db.ca.pem"))
        try await programs.startControlPlane(plane, arguments: ["--dev-tls"])
        let trust = ["FLEDX_AGENT_CA_CERT_PATH": programs.folder.path("cp.db.ca.pem")]
        try programs.startAgent(trust.merging(agent) { $1 })
        let thread = NATThread(docker, network, programs)
        try await thread.awaitTunnel()
        try await test(thread)
        // The engine is shared by the tests of this process.
        for item in try await programs.call(.get, "/api/v1/deployments").1["items"]?.arrayValue ?? [] {
            let name = item["name"]?.stringValue ?? ""
            #expect(try await programs.call(.delete, "/api/v1/deployments/\(name)").0 == 204)
            try await programs.eventually("no container of \(name) is left") {
                try await Containers.of(name, on: docker).all.isEmpty
            }
        }
    }

    private init(_ docker: PrivateDocker, _ network: NATNetwork, _ programs: Programs) {
        self.docker = docker
        self.network = network
        self.programs = programs
    }

    /// Declares replicas that serve a page and publish nothing, and waits until all of them run.
    func declare(_ name: String, replicas: Int = 1) async throws {
        let image = try await docker.image()
        let body = """
            {"name":"\(name)","image":"\(image)","replicas":\(replicas),"tunnel_only":true,
            "ports":[{"container_port":80}]}
            """
        #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        try await programs.awaitRunning(name, replicas: Int64(replicas))
    }

    func awaitTunnel(seconds: Int64 = 60) async throws {
        try await programs.eventually("the tunnel is up", seconds: seconds) {
            try await self.tunnel()["connected"]?.boolValue == true
        }
    }

    /// What the control plane knows of the node's tunnel.
    func tunnel() async throws -> JSONNode {
        try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"] ?? .null
    }

    /// Runs a command in a replica and waits until it says what it shall say.
    func awaitExec(_ deployment: String, seconds: Int64 = 60) async throws {
        try await programs.eventually("a command runs in \(deployment)", seconds: seconds) {
            let body = #"{"command":["cat","/etc/version"]}"#
            let path = "/api/v1/deployments/\(deployment)/exec"
            return try await self.programs.call(.post, path, body).1["stdout"]?.stringValue == "1\n"
        }
    }

    /// One figure of the control plane's own.
    func figure(_ name: String) async throws -> Double {
        let text = try await programs.curl([programs.url + "/metrics"]).output
        for line in text.split(separator: "\n") where line.hasPrefix("\(name) ") {
            return Double(line.dropFirst(name.utf8.count + 1)) ?? -1
        }
        throw Programs.Failure(description: "no \(name) in the metrics")
    }
}
