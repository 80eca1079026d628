import EventLoop
import Foundation
import HTTPClient
import JSON
import Model
import TestKit
import Testing

/// The built programs, started as a user would, each with a folder of its own.
@LoopActor
final class Programs {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let folder: TemporaryFolder
    let port: UInt16
    let dockerHost: String
    private(set) var controlPlane: Child?
    private(set) var agent: Child?
    private var namedAgents: [String: Child] = [:]
    let http = HTTPClient()
    private let firstHostPort: Int
    /// What the control plane says of its own answers, once it has been asked.
    private var contract: ContractCheck?

    /// Beyond which network the control plane and the operator are; nil: here.
    let network: NATNetwork?

    init(dockerHost: String, network: NATNetwork? = nil) throws {
        self.network = network
        firstHostPort = Self.nextHostPort
        Self.nextHostPort += 100
        folder = try TemporaryFolder()
        self.dockerHost = dockerHost
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { $0.close() }
        port = listener.port
        listener.close()
    }

    var url: String { "\(authority == nil ? "http" : "https")://\(host):\(port)" }
    /// Where the control plane listens.
    var host: String { network?.beyondAddress ?? "127.0.0.1" }
    private(set) var authority: String?
    private var identity: HTTPClientTLS?

    /// Everything that asks from here on speaks TLS and trusts this authority.
    func speakTLS(authority: String) { self.authority = authority }

    /// Ends everything that was started; tests call it on every path.
    func end() {
        for child in [controlPlane, agent].compactMap({ $0 }) + namedAgents.values { child.signal(SIGKILL) }
        http.close()
    }

    // MARK: Starting and killing

    /// Starts it and waits until it answers; `identity` is shown by everything that asks it from here on.
    func startControlPlane(
        _ more: [String: String] = [:], standalone: Bool = false, arguments: [String] = [],
        identity: HTTPClientTLS? = nil
    ) async throws {
        self.identity = identity
        var environment = [
            "FLEDX_CP_DATABASE_URL": "sqlite://\(folder.path("cp.db"))", "FLEDX_CP_SERVER_HOST": host,
            "FLEDX_CP_SERVER_PORT": "\(port)", "FLEDX_CP_PORTS_AUTO_ASSIGN": "true",
            "FLEDX_CP_PORTS_RANGE_START": "\(firstHostPort)",
            "FLEDX_CP_PORTS_RANGE_END": "\(firstHostPort + 99)",
        ]
        if standalone {
            environment["FLEDX_AGENT_DOCKER_HOST"] = dockerHost
            environment["FLEDX_AGENT_METRICS_PORT"] = "0"
        }
        environment.merge(more) { $1 }
        let command = place([Child.built("fledx-cp")] + (standalone ? ["--standalone"] : []) + arguments)
        controlPlane = try Child(
            command[0], Array(command[1...]), environment: environment, folder: folder.path)
        try await eventually("the control plane answers", child: controlPlane) {
            try await self.status(.get, "/readyz") == 200
        }
        try await readContract()
    }

    /// Answers that come through curl are not held against it: their heads are not seen.
    private func readContract() async throws {
        guard network == nil else { return }
        var request = HTTPClientRequest(.get, url + "/openapi.json")
        request.tls = trust
        contract = ContractCheck(document: try JSONNode.parse(try await http.request(request).body))
    }

    func startAgent(_ more: [String: String] = [:]) throws {
        agent = try Child(
            Child.built("fledx-agent"), [], environment: agentEnvironment("agent").merging(more) { $1 },
            folder: folder.path)
    }

    /// Runs `fledx-cp` with a command, on the database of the control plane that has been stopped.
    func controlPlaneCommand(
        _ words: [String], _ more: [String: String] = [:]
    ) async throws -> Child.Result {
        let environment = ["FLEDX_CP_DATABASE_URL": "sqlite://\(folder.path("cp.db"))"]
            .merging(more) { _, new in new }
        return try await BlockingPool.run {
            try Child.run(Child.built("fledx-cp"), words, environment: environment)
        }
    }

    /// One of several agents, each a node of its own.
    func startAgent(named name: String, _ more: [String: String] = [:]) throws {
        namedAgents[name] = try Child(
            Child.built("fledx-agent"), [], environment: agentEnvironment(name).merging(more) { $1 },
            folder: folder.path)
    }

    /// Whether that agent has ended by itself.
    func hasEnded(agent name: String) -> Bool { namedAgents[name]?.hasEnded == true }

    func killAgent(named name: String) throws {
        namedAgents[name]?.signal(SIGKILL)
        _ = try namedAgents[name]?.wait(seconds: 10)
        namedAgents[name] = nil
    }

    func killControlPlane() throws {
        controlPlane?.signal(SIGKILL)
        _ = try controlPlane?.wait(seconds: 10)
        controlPlane = nil
    }

    func killAgent() throws {
        agent?.signal(SIGKILL)
        _ = try agent?.wait(seconds: 10)
        agent = nil
    }

    private func agentEnvironment(_ name: String) throws -> [String: String] {
        [
            "FLEDX_AGENT_CONTROL_PLANE_URL": url, "FLEDX_AGENT_DATA_DIR": folder.path(name),
            "FLEDX_AGENT_REGISTRATION_TOKEN": try secret("FLEDX_CP_REGISTRATION_TOKEN"),
            "FLEDX_AGENT_DOCKER_HOST": dockerHost, "FLEDX_AGENT_METRICS_PORT": "0",
            "FLEDX_AGENT_RESTART_BACKOFF_MS": "200", "FLEDX_AGENT_NODE_NAME": name,
        ]
    }

    /// A secret the control plane made for itself.
    func secret(_ key: String) throws -> String {
        let text = try String(contentsOfFile: folder.path("cp.db.secrets"), encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix("\(key)=") {
            return String(line.dropFirst(key.utf8.count + 1))
        }
        throw Failure(description: "no \(key) in the secrets file")
    }

    // MARK: Asking

    /// A request as the operator; the status and the body.
    func call(_ method: HTTPMethod, _ path: String, _ body: String? = nil) async throws -> (Int, JSONNode) {
        if network != nil { return try await callThere(method, path, body) }
        let answer = try await ask(operatorRequest(method, path, body))
        let node = answer.body.isEmpty ? JSONNode.null : try JSONNode.parse(answer.body)
        return (answer.head.status.code, node)
    }

    /// Sends a request and holds its answer against the API document.
    func ask(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let answer = try await http.request(request)
        let target = String(request.url.dropFirst(url.count))
        let seen = SeenAnswer(answer.head, body: answer.body)
        for fault in contract?.faults(request.method.name, target, seen) ?? [] { Issue.record("\(fault)") }
        return answer
    }

    /// A request with the operator's token.
    func operatorRequest(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil
    ) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(method, url + path)
        request.tls = trust
        request.headers.append("authorization", "Bearer \(try secret("FLEDX_CP_OPERATOR_TOKENS"))")
        if let body {
            request.headers.append("content-type", "application/json")
            request.body = .bytes(Array(body.utf8))
        }
        request.deadlines.total = 10_000
        return request
    }

    private var trust: HTTPClientTLS { identity ?? HTTPClientTLS(authorityFile: authority) }

    func status(_ method: HTTPMethod, _ path: String) async throws -> Int {
        if network != nil { return try await callThere(method, path, nil).0 }
        var request = HTTPClientRequest(method, url + path)
        request.tls = trust
        request.deadlines.total = 5000
        return try await ask(request).head.status.code
    }

    /// What a published port answers; nil while it does not.
    func page(port: Int64) async -> String? {
        var request = HTTPClientRequest(.get, "http://127.0.0.1:\(port)/")
        request.deadlines.total = 3000
        guard let answer = try? await http.request(request), answer.head.status == .ok else { return nil }
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// What each replica that is called ready answers.
    func pages(_ detail: JSONNode) async -> [String] {
        var pages: [String] = []
        for instance in detail["instances"]?.arrayValue ?? [] where instance["ready"]?.boolValue == true {
            guard let port = instance["ports"]?[0]?["host_port"]?.intValue, let page = await page(port: port)
            else {
                continue
            }
            pages.append(page)
        }
        return pages
    }

    func awaitRunning(_ deployment: String, replicas: Int64) async throws {
        try await eventually("\(deployment) runs with \(replicas) replicas", seconds: 90) {
            let detail = try await self.call(.get, "/api/v1/deployments/\(deployment)").1
            return detail["status"]?.stringValue == "running"
                && detail["replicas_ready"]?.intValue == replicas
        }
    }

    /// Runs the command line tool.
    func fledx(_ arguments: [String], seconds: Double = 20) async throws -> Child.Result {
        let environment = try operatorEnvironment()
        let command = place([Child.built("fledx")] + arguments)
        return try await BlockingPool.run {
            try Child.run(command[0], Array(command[1...]), environment: environment, seconds: seconds)
        }
    }

    /// Waits until a condition holds; errors count as not yet, the last one is told.
    func eventually(
        _ what: String, child: Child? = nil, seconds: Int64 = 45, _ holds: @LoopActor () async throws -> Bool
    ) async throws {
        let deadline = EventLoop.now.adding(milliseconds: seconds * 1000)
        var last = ""
        while EventLoop.now < deadline {
            do { if try await holds() { return } } catch { last = "\(error)" }
            try await LoopActor.sleep(milliseconds: 50)
        }
        let logs = ([controlPlane, agent].compactMap { $0 } + namedAgents.values).map {
            $0.errorsSoFar.suffix(3500)
        }.joined(
            separator: "\n--\n")
        throw Failure(description: "not within \(seconds) s: \(what). \(last)\n\(logs)")
    }

    /// Suites run at the same time, and engines of different suites do not see each other's ports.
    private static var nextHostPort = 12_000
}
