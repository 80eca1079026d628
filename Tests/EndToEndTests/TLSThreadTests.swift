import EventLoop
import Foundation
import HTTPClient
import JSON
import Model
import TLS
import TestKit
import Testing

/// The built programs over TLS; no engine is needed for what they say to each other.
@Suite(.onLoop, .serialized) struct TLSThreadTests {
    private static let nowhere = "unix:///nonexistent/docker.sock"

    @Test @LoopActor func anAgentJoinsByTheFingerprintThatTheControlPlaneLogs() async throws {
        let programs = try Programs(dockerHost: Self.nowhere)
        defer { programs.end() }
        programs.speakTLS(authority: programs.folder.path("cp.db.ca.pem"))
        try await programs.startControlPlane(arguments: ["--dev-tls"])
        var fingerprint = ""
        try await programs.eventually("the fingerprint is logged") {
            let log = try #require(programs.controlPlane).errorsSoFar
            guard let range = log.range(of: "FLEDX_AGENT_CA_FINGERPRINT=") else { return false }
            let rest = log[range.upperBound...]
            guard let end = rest.firstIndex(of: ";") else { return false }
            fingerprint = String(rest[..<end])
            return true
        }
        try programs.startAgent(["FLEDX_AGENT_CA_FINGERPRINT": fingerprint])
        try await programs.eventually("the agent has joined") {
            try await programs.fledx(["nodes", "list"]).output.contains("agent")
        }
        #expect(
            try FileIO.read(programs.folder.path("agent/ca.pem"), limitBytes: 10_000)
                == FileIO.read(programs.folder.path("cp.db.ca.pem"), limitBytes: 10_000))
        for file in ["cp.db.ca.key", "cp.db.tls.pem"] {
            #expect(try FileIO.status(programs.folder.path(file))?.mode == 0o600)
        }
        let plain = try await programs.fledx([
            "nodes", "list", "--control-plane-url", "http://127.0.0.1:\(programs.port)",
        ])
        #expect(plain.errors.contains("write https://"), "\(plain.errors)")
    }

    @Test @LoopActor func foreignAuthoritiesAreRefusedAndSaidSo() async throws {
        let programs = try Programs(dockerHost: Self.nowhere)
        defer { programs.end() }
        programs.speakTLS(authority: programs.folder.path("cp.db.ca.pem"))
        try await programs.startControlPlane(arguments: ["--dev-tls"])
        let stranger = try CertificateMint.authority(name: "stranger", now: SystemTimeSource().now().wall)
        let file = programs.folder.path("stranger.pem")
        try FileIO.writeDurably(file, stranger.certificate.pem)
        let refused = try await programs.fledx(["nodes", "list", "--ca-cert-path", file])
        #expect(refused.code != 0)
        #expect(refused.errors.contains("signed by nobody trusted here"), "\(refused.errors)")
        try programs.startAgent(["FLEDX_AGENT_CA_CERT_PATH": file])
        try await programs.eventually("the agent says whom it misses") {
            programs.agent?.errorsSoFar.contains("FLEDX_AGENT_CA_CERT_PATH or FLEDX_AGENT_CA_FINGERPRINT")
                ?? false
        }
        try programs.killAgent()
        try programs.startAgent(["FLEDX_AGENT_CA_FINGERPRINT": "\(stranger.certificate.fingerprint)"])
        try await programs.eventually("the agent refuses the authority it is given") {
            programs.agent?.errorsSoFar.contains("somebody is in between") ?? false
        }
        #expect(!FileIO.isPresent(programs.folder.path("agent/ca.pem")))
        #expect(
            try await programs.fledx(["nodes", "list", "--json"]).output.filter { !$0.isWhitespace }
                .contains(#""items":[]"#))
    }

    @Test @LoopActor func aChangedCertificateIsTakenOverWithoutOneFailedRequest() async throws {
        let programs = try Programs(dockerHost: Self.nowhere)
        defer { programs.end() }
        let now = SystemTimeSource().now().wall
        let authority = try CertificateMint.authority(name: "test", now: now)
        let files = CertificateFiles(programs.folder, authority)
        try files.write(now)
        programs.speakTLS(authority: files.authorityPath)
        try await programs.startControlPlane([
            "FLEDX_CP_SERVER_TLS_CERT_PATH": files.certificatePath,
            "FLEDX_CP_SERVER_TLS_KEY_PATH": files.keyPath,
        ])
        let before = try await programs.shownCertificate(files.authorityPath)
        try programs.startAgent(["FLEDX_AGENT_CA_CERT_PATH": files.authorityPath])
        try await programs.eventually("the tunnel is up") {
            try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]?["connected"]?.boolValue == true
        }
        let opened = try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]?["connected_at"]

        let load = Load(programs, authority: files.authorityPath)
        async let outcome: Load.Outcome = load.run(workers: 8)
        try await programs.eventually("load") { load.answered > 200 }
        try files.write(now)
        programs.controlPlane?.signal(SIGHUP)
        try await programs.eventually("the new certificate is shown") {
            try await programs.shownCertificate(files.authorityPath) != before
        }
        let after = try await programs.shownCertificate(files.authorityPath)
        try FileIO.writeDurably(files.keyPath, Array("nonsense".utf8))
        programs.controlPlane?.signal(SIGHUP)
        try await programs.eventually("the bad file is named") {
            programs.controlPlane?.errorsSoFar.contains("the certificates stay as they were") ?? false
        }
        #expect(try await programs.shownCertificate(files.authorityPath) == after)
        load.stop()
        let result = await outcome
        #expect(result.failures == [])
        #expect(result.answers > 200)
        let tunnel = try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]
        #expect(tunnel?["connected"]?.boolValue == true && tunnel?["connected_at"] == opened)
    }

    @Test @LoopActor func anAgentShowsItsCertificateWhereOneIsDemanded() async throws {
        let programs = try Programs(dockerHost: Self.nowhere)
        defer { programs.end() }
        let now = SystemTimeSource().now().wall
        let authority = try CertificateMint.authority(name: "test", now: now)
        let files = CertificateFiles(programs.folder, authority)
        try files.write(now)
        programs.speakTLS(authority: files.authorityPath)
        let identity = HTTPClientTLS(
            authorityFile: files.authorityPath, certificateFile: files.certificatePath, keyFile: files.keyPath
        )
        try await programs.startControlPlane(
            [
                "FLEDX_CP_SERVER_TLS_CERT_PATH": files.certificatePath,
                "FLEDX_CP_SERVER_TLS_KEY_PATH": files.keyPath,
                "FLEDX_CP_SERVER_TLS_CLIENT_CA_PATH": files.authorityPath,
            ], identity: identity)
        let trust = ["FLEDX_AGENT_CA_CERT_PATH": files.authorityPath]
        try programs.startAgent(trust)
        try await programs.eventually("an agent without one is told") {
            programs.agent?.errorsSoFar.contains("FLEDX_AGENT_CLIENT_CERT_PATH") == true
        }
        try programs.killAgent()
        try programs.startAgent(
            trust.merging([
                "FLEDX_AGENT_CLIENT_CERT_PATH": files.certificatePath,
                "FLEDX_AGENT_CLIENT_KEY_PATH": files.keyPath,
            ]) { $1 })
        try await programs.eventually("its tunnel is up") {
            try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]?["connected"]?.boolValue == true
        }
    }
}

/// A server's files that can be written anew, from one authority.
@LoopActor
private final class CertificateFiles {
    let authorityPath: String
    let keyPath: String
    let certificatePath: String
    private let authority: TLSIdentity

    init(_ folder: TemporaryFolder, _ authority: TLSIdentity) {
        self.authority = authority
        authorityPath = folder.path("authority.pem")
        certificatePath = folder.path("server.pem")
        keyPath = folder.path("server.key")
    }

    func write(_ now: Timestamp) throws {
        let leaf = try CertificateMint.leaf(names: ["127.0.0.1"], signedBy: authority, now: now)
        try FileIO.writeDurably(authorityPath, authority.certificate.pem)
        try FileIO.writeDurably(keyPath, leaf.key.pem)
        try FileIO.writeDurably(certificatePath, leaf.chain.flatMap(\.pem))
    }
}

/// Requests without a pause, half of them on connections of their own.
@LoopActor
private final class Load {
    struct Outcome: Sendable {
        let answers: Int
        let failures: [String]
    }

    private(set) var answered = 0
    private let programs: Programs
    private let authority: String
    private var isOver = false
    private var failures: [String] = []

    init(_ programs: Programs, authority: String) {
        self.programs = programs
        self.authority = authority
    }

    func stop() { isOver = true }

    func run(workers: Int) async -> Outcome {
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask { await self.work(keepsAlive: worker.isMultiple(of: 2)) }
            }
        }
        return Outcome(answers: answered, failures: failures)
    }

    private func work(keepsAlive: Bool) async {
        let client = HTTPClient()
        defer { client.close() }
        while !isOver, !Task.isCancelled {
            var request = HTTPClientRequest(.get, programs.url + "/livez")
            request.tls = HTTPClientTLS(authorityFile: authority)
            if !keepsAlive { request.headers.append("connection", "close") }
            do {
                let status = try await client.request(request).head.status
                if status != .ok { failures.append("\(status)") }
                answered += 1
            } catch is CancellationError {
                return
            } catch {
                failures.append("\(error)")
            }
        }
    }
}

extension Programs {
    /// The fingerprint of the certificate that a new connection is shown.
    fileprivate func shownCertificate(_ authority: String) async throws -> Fingerprint? {
        let context = try TLSContext.client(
            authorities: try Certificate.read(
                pem: try FileIO.read(authority, limitBytes: 10_000), subject: authority))
        let stream = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: port, timeoutMilliseconds: 5_000)
        let filter = TLSStreamFilter(try TLSSession(client: context, host: "127.0.0.1"))
        stream.install(filter)
        filter.begin(on: stream)
        let channel = ByteChannel(stream)
        defer { channel.close() }
        try await channel.write("GET /livez HTTP/1.1\r\nHost: t\r\n\r\n")
        _ = try await channel.read()
        return filter.session.peerCertificate?.fingerprint
    }
}
