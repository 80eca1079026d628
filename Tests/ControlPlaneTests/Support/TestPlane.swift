import EventLoop
import HTTPClient
import JSON
import Logging
import Model
import TestKit
import Testing

@testable import ControlPlane

/// A real control plane on a loopback port and a database file of its own.
@LoopActor
final class TestPlane {
    nonisolated static let operatorToken = "operator-token-of-the-tests"
    nonisolated static let registrationToken = "registration-token-of-the-tests"

    let folder: TemporaryFolder
    let plane: ControlPlane
    /// What the start said of generated secrets.
    private(set) var announcement: StartAnnouncement?
    private let running: Task<Void, any Error>
    private let contract: ContractCheck

    /// What the API document says of every mounted route.
    var operations: [APIOperation] {
        plane.responder.routes.compactMap { OpenAPIDocument.operation($0.method, $0.pattern) }
    }

    private init(_ folder: TemporaryFolder, _ plane: ControlPlane) throws {
        self.folder = folder
        self.plane = plane
        contract = ContractCheck(document: try JSONNode.parse(plane.document.document().body))
        running = Task { @LoopActor in try await plane.run() }
    }

    static func start(
        in folder: TemporaryFolder? = nil, _ environment: [String: String] = [:], hold: CommitHold? = nil,
        log: (@Sendable (String) -> Logger)? = nil, clock: (any TimeSource & Sendable)? = nil
    ) async throws -> TestPlane {
        let folder = try folder ?? TemporaryFolder()
        var options = ControlPlaneOptions.quiet
        if let clock { options.clock = clock }
        var announcement: StartAnnouncement?
        options.onGenerated = { announcement = $0 }
        if let log { options.makeLogger = log }
        if let hold { options.beforeCommit = { try hold.commitReached() } }
        let settings = try ControlPlaneSettings(environment: Self.environment(folder, environment))
        let plane = try TestPlane(folder, try await ControlPlane.open(settings, options: options))
        plane.announcement = announcement
        return plane
    }

    /// Runs a body with a control plane and stops it in good order.
    static func with(
        _ environment: [String: String] = [:], hold: CommitHold? = nil,
        log: (@Sendable (String) -> Logger)? = nil, clock: (any TimeSource & Sendable)? = nil,
        _ body: @LoopActor (TestPlane) async throws -> Void
    ) async throws {
        let plane = try await start(environment, hold: hold, log: log, clock: clock)
        do {
            try await body(plane)
        } catch {
            hold?.letGo()
            try? await plane.stop()
            throw error
        }
        try await plane.stop()
    }

    nonisolated static func environment(
        _ folder: TemporaryFolder, _ more: [String: String] = [:]
    ) -> [String: String] {
        [
            "FLEDX_CP_SERVER_HOST": "127.0.0.1", "FLEDX_CP_SERVER_PORT": "0",
            "FLEDX_CP_DATABASE_URL": "sqlite://\(folder.path("test.db"))",
            "FLEDX_CP_OPERATOR_TOKENS": operatorToken, "FLEDX_CP_REGISTRATION_TOKEN": registrationToken,
            "FLEDX_CP_TOKENS_PEPPER": "pepper-of-the-tests",
            // A commit that is made to fail is tried again without the note that an operator's token was used.
            "FLEDX_CP_OPERATOR_ENV_WARN_ON_USE": "false",
        ].merging(more) { _, new in new }
    }

    func stop() async throws {
        plane.stop()
        try await running.value
    }

    /// Waits for the end that came from inside.
    func ended() async throws { try await running.value }

    /// Sends a request and returns what comes back so far, from now on.
    func begin(
        _ method: String, _ target: String, token: String? = TestPlane.operatorToken, json: String? = nil,
        headers: [(String, String)] = [], port: UInt16? = nil
    ) async throws -> TestExchange {
        var head = "\(method) \(target) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n"
        if let token { head += "authorization: Bearer \(token)\r\n" }
        let names = headers.map { $0.0.lowercased() }
        if let json {
            if !names.contains("content-type") { head += "content-type: application/json\r\n" }
            if !names.contains("content-length") { head += "content-length: \(json.utf8.count)\r\n" }
        }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let stream = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: port ?? plane.port, timeoutMilliseconds: 5_000)
        // What another program answers is not this contract's.
        let isOurs = port.map { [plane.port, plane.metricsServer?.port].contains($0) } ?? true
        return TestExchange(stream, head + "\r\n" + (json ?? "")) { [contract] response in
            guard isOurs else { return }
            for fault in contract.faults(method, target, response.seen) { Issue.record("\(fault)") }
        }
    }

    /// Offers another protocol on a connection, and holds the answer against the API document.
    func upgrade(
        _ stream: LoopStream, _ head: HTTPRequestHead, body: [UInt8] = []
    ) async throws -> UpgradeAnswer {
        let answer = try await UpgradeExchange.perform(
            on: stream, head, body: body, deadlineMilliseconds: 10_000)
        let seen = SeenAnswer(status: answer.status.code, body: answer.isSwitched ? nil : answer.body) {
            answer.headers[$0]
        }
        for fault in contract.faults(head.method.name, head.target, seen) { Issue.record("\(fault)") }
        return answer
    }

    /// Sends a request and waits for its response.
    @discardableResult
    func send(
        _ method: String, _ target: String, token: String? = TestPlane.operatorToken, json: String? = nil,
        headers: [(String, String)] = [], port: UInt16? = nil
    ) async throws -> TestResponse {
        try await begin(method, target, token: token, json: json, headers: headers, port: port).response()
    }
}
