import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// Both daemons below something that speaks as systemd does.
@Suite(.onLoop, .serialized) struct ServiceManagerTests {
    @Test @LoopActor func theControlPlaneTellsItsStateUntilItEnds() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        let manager = try NotifySocket(programs.folder.path("notify"))
        try await programs.startControlPlane(manager.environment)
        let child = try #require(programs.controlPlane)
        try await programs.eventually("it is ready") { manager.lines.contains("READY=1") }
        #expect(manager.lines.contains("STATUS=serving on 127.0.0.1:\(programs.port)"))
        try await programs.eventually("it feeds the watchdog") { manager.lines.contains("WATCHDOG=1") }
        child.signal(SIGHUP)
        try await programs.eventually("it reloads") {
            manager.lines.contains("RELOADING=1") && manager.lines.filter { $0 == "READY=1" }.count == 2
        }
        #expect(manager.lines.contains { $0.hasPrefix("MONOTONIC_USEC=") })
        child.signal()
        #expect(try child.wait(seconds: 15).code == 0)
        #expect(manager.lines.contains("STOPPING=1"))
    }

    @Test @LoopActor func theAgentTellsItsStateUntilItEnds() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        let manager = try NotifySocket(programs.folder.path("notify"))
        try await programs.startControlPlane()
        try programs.startAgent(manager.environment)
        let child = try #require(programs.agent)
        try await programs.eventually("it is ready") { manager.lines.contains("READY=1") }
        #expect(manager.lines.contains { $0.hasPrefix("STATUS=") })
        try await programs.eventually("it feeds the watchdog") { manager.lines.contains("WATCHDOG=1") }
        child.signal(SIGHUP)
        try await programs.eventually("it reloads") { manager.lines.contains("RELOADING=1") }
        child.signal()
        #expect(try child.wait(seconds: 15).code == 0)
        #expect(manager.lines.contains("STOPPING=1"))
    }

    /// Settings of the agent before this one lay in a file of this name, where it was started.
    @Test @LoopActor func aFileOfSettingsThatNobodyReadsIsNamedAtTheStart() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        let folder = programs.folder.path("started-here")
        try FileIO.makeFolders(folder)
        try FileIO.writeDurably(folder + "/config.toml", Array("node_id = 1\n".utf8))
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let settings = [
            "fledx-agent": [
                "FLEDX_AGENT_NODE_ID": "0190f3b2-0000-7000-8000-000000000001", "FLEDX_AGENT_NODE_TOKEN": "t",
                "FLEDX_AGENT_DATA_DIR": folder + "/agent", "FLEDX_AGENT_METRICS_PORT": "0",
                "FLEDX_AGENT_DOCKER_HOST": "unix:///nowhere",
            ],
            "fledx-cp": [
                "FLEDX_CP_DATABASE_URL": "sqlite://\(folder)/cp.db", "FLEDX_CP_SERVER_PORT": "0",
                "FLEDX_CP_TUNNEL_LISTEN_PORT": "0",
            ],
        ]
        for (name, environment) in settings {
            let child = try Child(
                Child.built(name), environment: environment.merging(["PATH": path]) { $1 }, folder: folder)
            try await programs.eventually("\(name) names it") {
                child.errorsSoFar.contains("./config.toml is not read")
            }
            child.signal(SIGKILL)
            _ = try child.wait(seconds: 15)
        }
    }

    @Test @LoopActor func systemdFindsNothingWrongWithTheUnits() async throws {
        let verifier = "/usr/bin/systemd-analyze"
        guard FileManager.default.isExecutableFile(atPath: verifier) else {
            return TestEnvironment.skip("systemd is not installed")
        }
        let units = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("packaging/systemd")
        let folder = try TemporaryFolder()
        for name in ["fledx-agent", "fledx-cp"] {
            let unit = try String(
                contentsOf: units.appendingPathComponent("\(name).service"), encoding: .utf8)
            let installed = "/usr/local/bin/\(name)"
            #expect(unit.contains("ExecStart=\(installed)"))
            #expect(unit.contains("Type=notify") && unit.contains("WatchdogSec="))
            // Only the place of the program is another one here.
            try unit.replacingOccurrences(of: installed, with: Child.built(name)).write(
                toFile: folder.path("\(name).service"), atomically: true, encoding: .utf8)
        }
        let paths = ["fledx-agent", "fledx-cp"].map { folder.path("\($0).service") }
        let result = try await BlockingPool.run { try Child.run(verifier, ["verify"] + paths) }
        #expect(result.code == 0 && result.errors.isEmpty && result.output.isEmpty, "\(result.errors)")
    }

    /// What FLEDX_LOG says wins over RUST_LOG, and both have the effect of a filter.
    @Test @LoopActor func theLogFilterDecidesWhatIsWritten() async throws {
        let filters: [([String: String], Bool)] = [
            (["RUST_LOG": "info"], true), (["RUST_LOG": "error"], false),
            (["FLEDX_LOG": "info", "RUST_LOG": "error"], true), (["FLEDX_LOG": "error,hyper=info"], false),
        ]
        for (environment, isTold) in filters {
            let programs = try Programs(dockerHost: "unix:///nowhere")
            defer { programs.end() }
            try await programs.startControlPlane(environment)
            let child = try #require(programs.controlPlane)
            child.signal()
            let errors = try child.wait(seconds: 15).errors
            #expect(errors.contains("listens on") == isTold, "\(environment): \(errors)")
        }
    }

    @Test @LoopActor func aSecondSignalDoesNotWaitForSlowRequests() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane(["FLEDX_CP_SHUTDOWN_DEADLINE_SECS": "120"])
        let child = try #require(programs.controlPlane)
        let slow = ByteChannel(
            try await LoopStream.connectTCP(
                host: "127.0.0.1", port: programs.port, timeoutMilliseconds: 5000))
        let token = try programs.secret("FLEDX_CP_OPERATOR_TOKENS")
        try await slow.write(
            "POST /api/v1/deployments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \(token)\r\n"
                + "content-type: application/json\r\ncontent-length: 50\r\n\r\n{")
        #expect(try await programs.status(.get, "/livez") == 200)
        child.signal()
        try await programs.eventually("it listens no more") {
            (try? await programs.status(.get, "/livez")) == nil
        }
        child.signal()
        #expect(try child.wait(seconds: 20).code == 1)
        slow.close()
    }
}

/// The socket of a service manager.
@LoopActor
private final class NotifySocket {
    private let path: String
    private let descriptor: Int32
    private(set) var received: [String] = []

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: bytes.prefix(capacity - 1))
        }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw Programs.Failure(description: "cannot bind \(path)") }
    }

    isolated deinit { close(descriptor) }

    var environment: [String: String] { ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"] }

    /// Every line that came so far.
    var lines: [String] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            received += text.split(separator: "\n").map(String.init)
        }
        return received
    }
}
