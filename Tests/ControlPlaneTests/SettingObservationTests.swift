import ClusterCore
import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// Settings, each by what two values of it show from outside.
@Suite(.onLoop) struct SettingObservationTests {
    /// What is seen with one value of a key after the other.
    @LoopActor private static func seen(
        _ key: String, _ values: [String], _ more: [String: String] = [:], clock: MovableClock? = nil,
        _ look: @LoopActor (TestPlane) async throws -> String
    ) async throws -> [String] {
        var seen: [String] = []
        for value in values {
            try await TestPlane.with(more.merging([key: value]) { $1 }, clock: clock) { plane in
                seen.append(try await look(plane))
            }
        }
        return seen
    }

    @LoopActor private static func advice(_ plane: TestPlane) async throws -> TunnelEndpoint {
        let answer: RegistrationResponse = try await plane.send(
            "POST", "/api/v1/nodes/register", token: TestPlane.registrationToken, json: "{}"
        ).decode()
        return answer.tunnel
    }

    @Test @LoopActor func theAddressListenedOn() async throws {
        let seen = try await Self.seen("FLEDX_CP_SERVER_HOST", ["127.0.0.1", "127.0.0.2"]) { plane in
            var answering: [String] = []
            for host in ["127.0.0.1", "127.0.0.2"] {
                let stream = try? await LoopStream.connectTCP(
                    host: host, port: plane.plane.port, timeoutMilliseconds: 5_000)
                guard let stream else { continue }
                answering.append(host)
                stream.close()
            }
            return answering.joined()
        }
        #expect(seen == ["127.0.0.1", "127.0.0.2"])
    }

    @Test @LoopActor func theDatabaseUsed() async throws {
        let folder = try TemporaryFolder()
        for name in ["one.db", "two.db"] {
            let path = folder.path(name)
            try await TestPlane.with(["FLEDX_CP_DATABASE_URL": "sqlite://\(path)"]) { _ in
                #expect(FileIO.isPresent(path))
            }
        }
    }

    @Test @LoopActor func whereAgentsAreToldToOpenTheirTunnel() async throws {
        #expect(
            try await Self.seen("FLEDX_CP_TUNNEL_ADVERTISED_HOST", ["a.example", "b.example"]) {
                try await Self.advice($0).host
            } == ["a.example", "b.example"])
        #expect(
            try await Self.seen("FLEDX_CP_TUNNEL_ADVERTISED_PORT", ["7001", "7002"]) {
                "\(try await Self.advice($0).port)"
            } == ["7001", "7002"])
        #expect(
            try await Self.seen("FLEDX_CP_TUNNEL_USE_TLS", ["true", "false"]) {
                "\(try await Self.advice($0).useTLS)"
            } == ["true", "false"])
    }

    @Test @LoopActor func howOftenAgentsAreToldToSayThatTheyLive() async throws {
        #expect(
            try await Self.seen("FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS", ["5", "7"]) {
                "\(try await Self.advice($0).heartbeatIntervalSecs)"
            } == ["5", "7"])
        #expect(
            try await Self.seen("FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS", ["40", "50"]) {
                "\(try await Self.advice($0).heartbeatTimeoutSecs)"
            } == ["40", "50"])
    }

    @Test @LoopActor func theLargestRegistration() async throws {
        let body =
            #"{"name":"edge","labels":{"note":"\#(String(repeating: "x", count: 60))"}}"#
            + String(repeating: " ", count: 1_000)
        let seen = try await Self.seen("FLEDX_CP_LIMITS_REGISTRATION_BODY_BYTES", ["256", "4096"]) {
            "\(try await $0.send("POST", "/api/v1/nodes/register", token: TestPlane.registrationToken, json: body).status)"
        }
        #expect(seen == ["413", "201"])
    }

    /// The host ports of a deployment with so many replicas on one node; a replica without one has none.
    @LoopActor private static func ports(_ plane: TestPlane, replicas: Int = 1) async throws -> String {
        _ = try await plane.readyNode()
        _ = try await plane.declare(
            #"{"name":"web","image":"nginx:1","replicas":\#(replicas),"ports":[{"container_port":80}]}"#)
        let instances = try await plane.deployment("web").instances
        return instances.flatMap(\.ports).compactMap(\.hostPort).sorted().map { "\($0)" }.joined(
            separator: " ")
    }

    @Test @LoopActor func whichHostPortsAreChosen() async throws {
        #expect(
            try await Self.seen("FLEDX_CP_PORTS_AUTO_ASSIGN", ["true", "false"]) { try await Self.ports($0) }
                == ["30000", "80"])
        let automatic = ["FLEDX_CP_PORTS_AUTO_ASSIGN": "true"]
        #expect(
            try await Self.seen("FLEDX_CP_PORTS_RANGE_START", ["31000", "32000"], automatic) {
                try await Self.ports($0)
            } == ["31000", "32000"])
        let from = automatic.merging(["FLEDX_CP_PORTS_RANGE_START": "31000"]) { $1 }
        #expect(
            try await Self.seen("FLEDX_CP_PORTS_RANGE_END", ["31000", "31001"], from) {
                try await Self.ports($0, replicas: 3)
            } == ["31000", "31000 31001"])
    }

    @Test @LoopActor func whichFoldersMayBeMounted() async throws {
        let body =
            #"{"name":"web","image":"nginx:1","volumes":[{"host_path":"/data/web","container_path":"/srv"}]}"#
        let seen = try await Self.seen("FLEDX_CP_VOLUMES_ALLOWED_HOST_PREFIXES", ["/mnt", "/mnt,/data"]) {
            "\(try await $0.send("POST", "/api/v1/deployments", json: body).status)"
        }
        #expect(seen == ["422", "201"])
    }

    @Test @LoopActor func whenASilentNodeIsUnreachable() async throws {
        let clock = MovableClock()
        let seen = try await Self.seen(
            "FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS", ["60", "600"], clock: clock
        ) { plane in
            let node = try await plane.readyNode()
            clock.move(seconds: 120)
            _ = try plane.plane.host.perform(.tick)
            let view: NodeDetail = try await plane.send("GET", node.path).decode()
            return view.summary.status.rawValue
        }
        #expect(seen == ["unreachable", "ready"])
    }

    @Test @LoopActor func whetherReplicasOfALostNodeMove() async throws {
        let clock = MovableClock()
        let seen = try await Self.seen(
            "FLEDX_CP_REACHABILITY_RESCHEDULE_ON_UNREACHABLE", ["true", "false"], clock: clock
        ) { plane in
            let first = try await plane.readyNode(#"{"name":"a"}"#)
            _ = try await plane.declare(#"{"name":"web","image":"nginx:1"}"#)
            try await plane.reportRunning(first)
            // The brake holds when half of the nodes are missing at once.
            let others = try await [
                plane.readyNode(#"{"name":"b"}"#), plane.readyNode(#"{"name":"c"}"#),
                plane.readyNode(#"{"name":"d"}"#),
            ]
            for _ in 0..<4 {
                clock.move(seconds: 60)
                for node in others { _ = try await plane.report(node) }
                _ = try plane.plane.host.perform(.tick)
            }
            let homes = Set(try await plane.deployment("web").instances.map(\.nodeID))
            return homes == [first.id] ? "stays" : "moves"
        }
        #expect(seen == ["moves", "stays"])
    }

    @Test @LoopActor func howOftenOldMinutesAreTakenAway() async throws {
        let seen = try await Self.seen(
            "FLEDX_CP_RETENTION_USAGE_CLEANUP_INTERVAL_SECS", ["60", "7200"]
        ) { plane in
            var pauses: [Int64] = []
            try? await plane.plane.usage.cleanRegularly { milliseconds in
                pauses.append(milliseconds)
                if pauses.count == 3 { throw CancellationError() }
            }
            return pauses.map { "\($0)" }.joined(separator: " ")
        }
        #expect(seen == ["60000 60000 60000", "60000 7200000 7200000"])
    }
}
