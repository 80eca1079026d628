import EventLoop
import HTTPClient
import JSON
import Logging
import Model
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// A control plane and an agent in this process, with a tunnel between them and a real engine behind.
@LoopActor
final class TunnelThread {
    let docker: PrivateDocker
    let folder: TemporaryFolder
    private let http = HTTPClient()
    private(set) var plane: ControlPlane
    private var contract: ContractCheck
    private var running: Task<Void, any Error>
    private(set) var agent: AgentService?
    private var agentTask: Task<Void, any Error>?
    /// Whom everything trusts that asks the control plane, where that speaks TLS.
    private(set) var authority: String?
    private let lines = Mutex("")

    nonisolated static let operatorToken = "operator-token-of-the-tests"

    private init(_ docker: PrivateDocker, _ folder: TemporaryFolder, _ plane: ControlPlane) throws {
        self.docker = docker
        self.folder = folder
        self.plane = plane
        contract = try Self.contract(of: plane)
        running = Task { @LoopActor in try await plane.run() }
    }

    /// Runs a test with both; does nothing where no engine can run.
    static func run(
        plane: [String: String] = [:], tls: Bool = false, agent: [String: String] = [:],
        prepare: @LoopActor (_ port: UInt16) -> Void = { _ in },
        _ test: @LoopActor (TunnelThread) async throws -> Void
    ) async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let folder = try TemporaryFolder()
        let thread = try TunnelThread(docker, folder, try await open(folder, plane, tls: tls))
        if tls { thread.authority = folder.path("test.db.ca.pem") }
        do {
            prepare(thread.plane.port)
            try thread.startAgent(agent)
            try await thread.eventually("the tunnel is up") { thread.plane.tunnels.readyCount == 1 }
            try await test(thread)
        } catch {
            StandardIO.write(thread.log.suffix(6_000).description, to: .error)
            await thread.end()
            throw error
        }
        await thread.end()
    }

    private static func open(
        _ folder: TemporaryFolder, port: UInt16 = 0, _ change: [String: String] = [:], tls: Bool = false
    ) async throws -> ControlPlane {
        var options = ControlPlaneOptions()
        options.makeLogger = { _ in Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() } }
        let environment = [
            "FLEDX_CP_SERVER_HOST": "127.0.0.1", "FLEDX_CP_SERVER_PORT": "\(port)",
            "FLEDX_CP_DATABASE_URL": "sqlite://\(folder.path("test.db"))",
            "FLEDX_CP_OPERATOR_TOKENS": operatorToken, "FLEDX_CP_REGISTRATION_TOKEN": "registration-token",
            "FLEDX_CP_TOKENS_PEPPER": "pepper-of-the-tests",
        ]
        let settings = try ControlPlaneSettings(
            environment: environment.merging(change) { $1 }, developmentTLS: tls)
        return try await ControlPlane.open(settings, options: options)
    }

    private static func contract(of plane: ControlPlane) throws -> ContractCheck {
        ContractCheck(document: try JSONNode.parse(plane.document.document().body))
    }

    var log: String { lines.withLock { $0 } }

    func startAgent(_ change: [String: String] = [:]) throws {
        var environment = [
            "FLEDX_AGENT_CONTROL_PLANE_URL": base,
            "FLEDX_AGENT_DATA_DIR": folder.path("agent"), "FLEDX_AGENT_NODE_NAME": "edge",
            "FLEDX_AGENT_REGISTRATION_TOKEN": "registration-token", "FLEDX_AGENT_DOCKER_HOST": docker.host,
            "FLEDX_AGENT_METRICS_PORT": "0",
        ]
        if let authority { environment["FLEDX_AGENT_CA_CERT_PATH"] = authority }
        environment.merge(change) { _, new in new }
        let output = LogOutput(
            filter: LogFilter(default: .debug), format: .text,
            sink: { bytes in self.lines.withLock { $0 += String(decoding: bytes, as: UTF8.self) } },
            now: { SystemTimeSource().now().wall })
        let agent = AgentService(try AgentConfiguration(environment), log: output.logger("fledx::agent"))
        self.agent = agent
        agentTask = Task { try await agent.run() }
    }

    func stopAgent() async {
        agentTask?.cancel()
        _ = await agentTask?.result
        agentTask = nil
    }

    /// Ends the control plane in good order.
    func stopPlane() async throws {
        plane.stop()
        try await running.value
    }

    /// Starts another control plane on the same database and port.
    func startPlane(_ change: [String: String] = [:]) async throws {
        plane = try await Self.open(folder, port: plane.port, change)
        contract = try Self.contract(of: plane)
        running = Task { @LoopActor [plane] in try await plane.run() }
    }

    private var base: String { "\(authority == nil ? "http" : "https")://127.0.0.1:\(plane.port)" }

    /// A request that is ready to be sent.
    func request(
        _ method: HTTPMethod, _ path: String, json: String? = nil, token: String = TunnelThread.operatorToken
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(method, base + path)
        request.tls.authorityFile = authority
        request.headers.append("authorization", "Bearer \(token)")
        if let json {
            request.headers.append("content-type", "application/json")
            request.body = .bytes(Array(json.utf8))
        }
        return request
    }

    /// Sends a request and holds its answer against the API document.
    func ask(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let answer = try await http.request(request)
        verify(request.method, target(of: request), SeenAnswer(answer.head, body: answer.body))
        return answer
    }

    /// Sends a request whose answer goes on, and holds its head against the API document.
    func open(_ request: HTTPClientRequest) async throws -> HTTPStreamedResponse {
        let answer = try await http.stream(request)
        verify(request.method, target(of: request), SeenAnswer(answer.head, body: nil))
        return answer
    }

    /// Offers another protocol on a connection, and holds the answer against the API document.
    func upgrade(
        _ socket: LoopStream, _ head: HTTPRequestHead, body: [UInt8] = []
    ) async throws -> UpgradeAnswer {
        let answer = try await UpgradeExchange.perform(
            on: socket, head, body: body, deadlineMilliseconds: 20_000)
        let seen = SeenAnswer(status: answer.status.code, body: answer.isSwitched ? nil : answer.body) {
            answer.headers[$0]
        }
        verify(head.method, head.target, seen)
        return answer
    }

    private func target(of request: HTTPClientRequest) -> String {
        String(request.url.dropFirst(base.count))
    }

    private func verify(_ method: HTTPMethod, _ target: String, _ answer: SeenAnswer) {
        for fault in contract.faults(method.name, target, answer) { Issue.record("\(fault)") }
    }

    func send(_ method: HTTPMethod, _ path: String, json: String? = nil) async throws -> (
        status: Int, text: String
    ) {
        let answer = try await ask(request(method, path, json: json))
        return (answer.head.status.code, String(decoding: answer.body, as: UTF8.self))
    }

    func json(_ method: HTTPMethod, _ path: String, json: String? = nil) async throws -> JSONNode {
        let answer = try await send(method, path, json: json)
        return try JSONNode.parse(Array(answer.text.utf8))
    }

    /// Declares a deployment that runs a shell script, and waits until all of it runs.
    func declare(_ name: String, script: String, replicas: Int = 1, more: String = "") async throws {
        let image = try await docker.image()
        let command = JSONNode.array(["sh", "-c", .string(script)]).encoded()
        let body =
            #"{"name":"\#(name)","image":"\#(image)","replicas":\#(replicas),"stop_grace_secs":1,"#
            + #""command":\#(String(decoding: command, as: UTF8.self))\#(more)}"#
        let created = try await send(.post, "/api/v1/deployments", json: body)
        #expect(created.status == 201, "\(created.text)")
        try await eventually("\(name) runs") {
            try await self.json(.get, "/api/v1/deployments/\(name)")["replicas_ready"]?.intValue
                == Int64(replicas)
        }
    }

    /// Asks for a raw stream and returns it.
    func stream(
        _ method: HTTPMethod, _ path: String, json: String = "", token: String = TunnelThread.operatorToken
    ) async throws -> ByteChannel {
        let socket = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: plane.port, timeoutMilliseconds: 5_000)
        let head = HTTPRequestHead(
            method: method, target: path,
            headers: [
                "host": "test", "upgrade": "fledx-stream", "content-type": "application/json",
                "authorization": "Bearer \(token)",
            ])
        let answer = try await upgrade(socket, head, body: Array(json.utf8))
        try #require(answer.isSwitched, "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        return ByteChannel(socket, received: answer.received)
    }

    /// How many entries of the audit log say that this was done.
    func audited(_ action: String) async throws -> Int {
        let page = try await json(.get, "/api/v1/audit?limit=1000&action=\(action)&status=success")
        return page["items"]?.arrayValue?.count ?? 0
    }

    /// Connections to the engine that are open on its side, this process's and its own children's.
    func dockerConnections() throws -> Int {
        let path = docker.host.dropFirst("unix://".count)
        let sockets = String(
            decoding: try FileIO.read("/proc/net/unix", limitBytes: 1 << 22), as: UTF8.self)
        // The sixth column is the state: 3 is connected.
        return sockets.split(separator: "\n").count { line in
            let words = line.split(separator: " ")
            return words.last.map { $0 == path } == true && words.count > 6 && words[5] == "03"
        }
    }

    /// Waits until something holds.
    func eventually(
        _ what: String, milliseconds: Int64 = 40_000, _ holds: @LoopActor () async throws -> Bool
    ) async throws {
        let end = EventLoop.now.milliseconds + milliseconds
        while try await !holds() {
            try #require(EventLoop.now.milliseconds < end, "never: \(what)")
            try await LoopActor.sleep(milliseconds: 20)
        }
    }

    private func end() async {
        for name in ["web", "noisy"] { _ = try? await send(.delete, "/api/v1/deployments/\(name)") }
        _ = try? await eventually("all containers are gone", milliseconds: 15_000) {
            try await self.json(.get, "/api/v1/nodes/edge")["replicas"]?.intValue ?? 0 == 0
        }
        await stopAgent()
        _ = try? await stopPlane()
        http.close()
    }
}
