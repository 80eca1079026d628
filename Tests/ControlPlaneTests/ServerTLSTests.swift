import EventLoop
import HTTPClient
import Model
import TLS
import TestKit
import Testing

@testable import ControlPlane

/// The API behind TLS: settings, certificates of our own, and reading them again.
@Suite(.onLoop) struct ServerTLSTests {
    @Test func bothFilesTurnTLSOnAndHalfOfThemIsAMistake() throws {
        let files = try ServerFiles()
        #expect(try settings(files.environment).serverTLS == .files(files.paths))
        #expect(try settings([:]).serverTLS == .none)
        let off = files.environment.merging(["FLEDX_CP_SERVER_TLS_ENABLED": "false"]) { $1 }
        #expect(try settings(off).serverTLS == .none)
        #expect(problems(["FLEDX_CP_SERVER_TLS_ENABLED": "true"]).first?.contains("--dev-tls") == true)
        let half = problems([ServerTLSFiles.keyKey: files.paths.keyPath])
        #expect(
            half == [
                "\(ServerTLSFiles.keyKey) is set without \(ServerTLSFiles.certificateKey); set both or neither"
            ])
        #expect(problems([ServerTLSFiles.clientAuthorityKey: files.paths.keyPath]).count == 1)
        #expect(problems(files.environment, development: true).count == 2)
        #expect(problems(["FLEDX_CP_SERVER_TLS_ENABLED": "false"], development: true).count == 1)
        #expect(try settings([:], development: true).serverTLS == .development)
    }

    @Test func badFilesAreNamedWithSettingAndReason() throws {
        let files = try ServerFiles()
        let other = try ServerFiles()
        func complaint(_ key: String, _ path: String) -> String {
            problems(files.environment.merging([key: path]) { $1 }).joined(separator: "\n")
        }
        let missing = complaint(ServerTLSFiles.certificateKey, "/nowhere/cert.pem")
        #expect(missing.contains("FLEDX_CP_SERVER_TLS_CERT_PATH='/nowhere/cert.pem'"))
        #expect(missing.contains("no such file"))
        let swapped = complaint(ServerTLSFiles.certificateKey, files.paths.keyPath)
        #expect(swapped.contains("has no PEM certificate in it"))
        let foreign = complaint(ServerTLSFiles.keyKey, other.paths.keyPath)
        #expect(foreign.contains("the key is not the one of the first certificate"))
        #expect(complaint(ServerTLSFiles.clientAuthorityKey, files.paths.keyPath).contains("CLIENT_CA_PATH="))
    }

    @Test func anAuthorityOfOurOwnIsMadeOnceAndItsCertificateRenewedWhenNeeded() throws {
        let folder = try TemporaryFolder()
        let authority = DevelopmentAuthority(database: folder.path("cp.db"))
        let now = SystemTimeSource().now().wall
        let first = try authority.identity(names: ["edge.example", "192.0.2.1"], now: now)
        #expect(first.leaf.certificate.names == ["192.0.2.1", "edge.example"])
        #expect(try FileIO.status(authority.keyPath)?.mode == 0o600)
        #expect(try FileIO.status(authority.leafPath)?.mode == 0o600)
        let again = try authority.identity(names: ["edge.example"], now: now)
        #expect(again.leaf.certificate.fingerprint == first.leaf.certificate.fingerprint)
        #expect(again.authority.fingerprint == first.authority.fingerprint)
        let moved = try authority.identity(names: ["edge.example", "192.0.2.2"], now: now)
        #expect(moved.leaf.certificate.fingerprint != first.leaf.certificate.fingerprint)
        let late = Timestamp(milliseconds: now.milliseconds + 370 * 86_400_000)
        let renewed = try authority.identity(names: ["edge.example", "192.0.2.2"], now: late)
        #expect(renewed.leaf.certificate.notAfter > moved.leaf.certificate.notAfter)
        #expect(renewed.authority.fingerprint == first.authority.fingerprint)
        try FileIO.remove(authority.certificatePath)
        _ = try authority.identity(names: ["edge.example"], now: late)
        #expect(try FileIO.read(authority.certificatePath, limitBytes: 10_000) == first.authority.pem)
        try FileIO.writeDurably(authority.keyPath, Array("damaged".utf8))
        #expect(throws: StartFailure.self) { try authority.identity(names: ["edge.example"], now: late) }
    }

    @Test @LoopActor func theDevelopmentAuthorityIsServedAndTrusted() async throws {
        let folder = try TemporaryFolder()
        let settings = try ControlPlaneSettings(
            environment: TestPlane.environment(folder), developmentTLS: true)
        let plane = try await ControlPlane.open(settings, options: .quiet)
        var answers: [(Int, [UInt8])] = []
        var plan: EmbeddedAgentPlan?
        let service = ControlPlaneService(
            plane,
            { given in
                plan = given
                answers.append(
                    try await Self.get(
                        "https://localhost:\(plane.port)/ca.pem", folder.path("test.db.ca.pem")))
                answers.append(try await Self.get("\(given.controlPlaneURL)/livez", nil))
            }, settings)
        try await service.run()
        #expect(answers.map(\.0) == [200, 200])
        #expect(try FileIO.read(folder.path("test.db.ca.pem"), limitBytes: 10_000) == answers.first?.1)
        #expect(plan?.controlPlaneURL.hasPrefix("http://127.0.0.1:") == true)
        #expect(plan?.controlPlaneURL != "http://127.0.0.1:\(plane.port)")
    }

    @Test @LoopActor func changedFilesReachNewConnectionsAndBadOnesNobody() async throws {
        let files = try ServerFiles()
        try await TestPlane.with(files.environment) { plane in
            let url = "https://localhost:\(plane.plane.port)/livez"
            #expect(try await Self.get(url, files.authorityPath).0 == 200)
            let renewed = try ServerFiles()
            try files.take(over: renewed)
            plane.plane.filesChanged()
            #expect(try await Self.get(url, renewed.authorityPath).0 == 200)
            await #expect(throws: HTTPClientFailure.self) { try await Self.get(url, files.authorityPath) }
            try FileIO.writeDurably(files.paths.keyPath, Array("nonsense".utf8))
            plane.plane.filesChanged()
            #expect(try await Self.get(url, renewed.authorityPath).0 == 200)
            let metrics = try await Self.get(
                "https://localhost:\(plane.plane.port)/metrics", renewed.authorityPath
            ).1
            let refused = "control_plane_tls_failures_total{reason=\"alert\"} 1"
            #expect(String(decoding: metrics, as: UTF8.self).contains(refused))
        }
    }

    @Test @LoopActor func clientsMustShowACertificateWhenAuthoritiesForThemAreNamed() async throws {
        let files = try ServerFiles()
        let environment = files.environment.merging([
            "FLEDX_CP_SERVER_TLS_CLIENT_CA_PATH": files.authorityPath
        ]) { $1 }
        try await TestPlane.with(environment) { plane in
            let url = "https://localhost:\(plane.plane.port)/livez"
            do {
                _ = try await Self.get(url, files.authorityPath)
                Issue.record("a client without a certificate was let in")
            } catch let failure as HTTPClientFailure {
                #expect(failure.tlsFault == .refusedByPeer, "\(failure)")
            }
            #expect(try await Self.get(url, files.authorityPath, files.paths).0 == 200)
        }
    }

    @LoopActor
    private static func get(
        _ url: String, _ authority: String?, _ own: ServerTLSFiles? = nil
    ) async throws -> (Int, [UInt8]) {
        let client = HTTPClient()
        defer { client.close() }
        var request = HTTPClientRequest(.get, url)
        request.tls = HTTPClientTLS(
            authorityFile: authority, certificateFile: own?.certificatePath, keyFile: own?.keyPath)
        request.deadlines.total = 10_000
        let answer = try await client.request(request)
        return (answer.head.status.code, answer.body)
    }

    private func settings(
        _ environment: [String: String], development: Bool = false
    ) throws -> ControlPlaneSettings {
        try ControlPlaneSettings(environment: environment, developmentTLS: development)
    }

    private func problems(_ environment: [String: String], development: Bool = false) -> [String] {
        do {
            _ = try settings(environment, development: development)
            return []
        } catch {
            return (error as? SettingsProblems)?.problems ?? ["\(error)"]
        }
    }
}

/// A certificate for localhost and its authority in files.
struct ServerFiles {
    let folder: TemporaryFolder
    let paths: ServerTLSFiles
    let authorityPath: String

    init() throws {
        let now = SystemTimeSource().now().wall
        folder = try TemporaryFolder()
        paths = ServerTLSFiles(
            certificatePath: folder.path("server.pem"), keyPath: folder.path("server.key"),
            clientAuthorityPath: nil)
        authorityPath = folder.path("ca.pem")
        let authority = try CertificateMint.authority(name: "test", now: now)
        let leaf = try CertificateMint.leaf(names: ["localhost"], signedBy: authority, now: now)
        try FileIO.writeDurably(paths.certificatePath, leaf.chain.flatMap(\.pem))
        try FileIO.writeDurably(paths.keyPath, leaf.key.pem)
        try FileIO.writeDurably(authorityPath, authority.certificate.pem)
    }

    var environment: [String: String] {
        [ServerTLSFiles.certificateKey: paths.certificatePath, ServerTLSFiles.keyKey: paths.keyPath]
    }

    /// Replaces these files by others' content.
    func take(over other: ServerFiles) throws {
        try FileIO.writeDurably(paths.keyPath, try FileIO.read(other.paths.keyPath, limitBytes: 10_000))
        try FileIO.writeDurably(
            paths.certificatePath, try FileIO.read(other.paths.certificatePath, limitBytes: 10_000))
    }
}
