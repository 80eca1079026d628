import EventLoop
import Foundation
import TestKit
import Testing

/// What the built command line says when something is wrong: what, where, and what to do next.
@Suite(.onLoop, .serialized) struct FaultTests {
    private struct Case {
        let words: [String]
        var environment: [String: String] = [:]
        let code: Int32
        let says: [String]
    }

    @Test @LoopActor func everyFaultIsToldWithWhatToDoNext() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        programs.speakTLS(authority: programs.folder.path("cp.db.ca.pem"))
        try await programs.startControlPlane(arguments: ["--dev-tls"])
        let secure = "https://127.0.0.1:\(programs.port)"
        let authority = programs.folder.path("cp.db.ca.pem")
        let other = programs.folder.path("other.pem")
        let made = try await BlockingPool.run {
            try Child.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2",
                    "-subj", "/CN=other", "-keyout", other + ".key", "-out", other,
                ])
        }
        try #require(made.code == 0)
        let base = [
            "FLEDX_CLI_CONTROL_PLANE_URL": secure, "FLEDX_CLI_CA_CERT_PATH": authority,
            "FLEDX_CLI_OPERATOR_TOKEN": try programs.secret("FLEDX_CP_OPERATOR_TOKENS"),
        ]
        let closed = try Listener.tcp(host: "127.0.0.1", port: 0) { $0.close() }
        let nobody = "https://127.0.0.1:\(closed.port)"
        closed.close()
        let list = ["nodes", "list"]
        let cases = [
            Case(words: list, code: 0, says: []),
            Case(
                words: list + ["--token", "wrong"], code: 1,
                says: [
                    "the operator token is unknown (403 forbidden)", "--operator-token", secure, "request_id",
                ]),
            Case(
                words: list, environment: ["FLEDX_CLI_OPERATOR_TOKEN": ""], code: 2,
                says: ["no operator token is set", "FLEDX_CLI_OPERATOR_TOKEN"]),
            Case(
                words: list, environment: ["FLEDX_CLI_CA_CERT_PATH": other], code: 1,
                says: [secure, "--ca-cert-path or FLEDX_CLI_CA_CERT_PATH"]),
            Case(
                words: ["deployments", "exec", "web", "--", "ls"],
                environment: ["FLEDX_CLI_CA_CERT_PATH": other],
                code: 1, says: [secure, "--ca-cert-path or FLEDX_CLI_CA_CERT_PATH"]),
            Case(
                words: list, environment: ["FLEDX_CLI_CA_CERT_PATH": "/nowhere.pem"], code: 1,
                says: ["/nowhere.pem", "check --ca-cert-path or FLEDX_CLI_CA_CERT_PATH"]),
            Case(
                words: list, environment: ["FLEDX_CLI_CONTROL_PLANE_URL": nobody], code: 1,
                says: [nobody, "is fledx-cp running there?", "--control-plane-url"]),
            Case(
                words: ["deployments", "logs", "web"], environment: ["FLEDX_CLI_CONTROL_PLANE_URL": nobody],
                code: 1, says: [nobody, "is fledx-cp running there?"]),
            Case(
                words: list, environment: ["FLEDX_CLI_CONTROL_PLANE_URL": "https://no-host.invalid"], code: 1,
                says: ["no-host.invalid", "--control-plane-url"]),
            Case(
                words: list,
                environment: ["FLEDX_CLI_CONTROL_PLANE_URL": "http://127.0.0.1:\(programs.port)"],
                code: 1, says: ["speaks TLS", secure]),
            Case(
                words: list, environment: ["FLEDX_CLI_CONTROL_PLANE_URL": "127.0.0.1:\(programs.port)"],
                code: 2, says: ["FLEDX_CLI_CONTROL_PLANE_URL", secure]),
            Case(
                words: list + ["--control-plane-url", secure + "/api/v1"], code: 2,
                says: ["--control-plane-url", "ends with '/api/v1'", "write \(secure)"]),
            Case(
                words: ["deployments", "status", "nobody"], code: 1,
                says: ["there is no deployment 'nobody' (404 not_found)"]),
            Case(
                words: ["deployments", "create", "web", "--image", "i"], code: 2, says: ["--name web"]),
            Case(words: ["nodes", "lst"], code: 2, says: ["did you mean 'list'?"]),
            Case(words: ["health"], environment: ["FLEDX_CLI_OPERATOR_TOKEN": ""], code: 0, says: []),
        ]
        for item in cases {
            let environment = base.merging(item.environment) { $1 }
            let result = try await BlockingPool.run { [words = item.words] in
                try Child.run(Child.built("fledx"), words, environment: environment)
            }
            #expect(result.code == item.code, "\(item.words): \(result.errors)")
            for text in item.says { #expect(result.errors.contains(text), "\(item.words): \(result.errors)") }
            #expect(item.code == 0 || result.output.isEmpty, "\(item.words)")
        }
    }
}
