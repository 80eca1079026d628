import HTTPClient
import Model
import Testing

@testable import Console

@Suite struct ControlPlaneURLTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://cp.example.com/", "https://cp.example.com"),
        ("https://[::1]:8080//", "https://[::1]:8080"), ("http://[fe80::1]", "http://[fe80::1]"),
    ])
    func addressesAreTaken(text: String, expected: String) throws {
        #expect(try ControlPlaneURL.checked(text, from: "f") == expected)
    }

    @Test(arguments: [
        (
            "127.0.0.1:8080", "is no http or https URL",
            "write http://127.0.0.1:8080 or https://127.0.0.1:8080"
        ),
        ("", "is no http or https URL", "http://host:port"),
        ("ftp://h", "is no http or https URL", "http://host:port"),
        ("https://h:8080/api/v1", "ends with '/api/v1'", "write https://h:8080"),
        ("http://h?x=1", "ends with '?x=1'", "write http://h"),
        ("https://", "names no host", "http://host:port"),
        ("https://:8080", "names no host", "http://host:port"),
        ("https://h:80a", "has '80a' where the port", "host:port"),
        ("https://h:", "has '' where the port", "host:port"), ("https://h:70000", "has '70000'", "host:port"),
        ("https://h :1", "holds a blank", "host:port"), ("https://me:pw@h", "holds a user", "host:port"),
    ])
    func typingErrorsAreNamedWithAWayOut(text: String, what: String, hint: String) throws {
        let failure = try #require(throws: ConsoleFailure.self) {
            try ControlPlaneURL.checked(text, from: "FLEDX_CLI_CONTROL_PLANE_URL")
        }
        #expect(failure.message.hasPrefix("FLEDX_CLI_CONTROL_PLANE_URL: '\(text)'"))
        #expect(failure.message.contains(what), "\(failure.message)")
        #expect(failure.hint?.contains(hint) == true, "\(failure.text)")
        #expect(failure.exitCode == 2)
    }

    @Test(arguments: [
        (401, "unauthorized", "<database>.secrets"), (403, "forbidden", "http://cp:1"),
        (403, "missing_scope", "fledx tokens create"), (403, "token_expired", "fledx tokens create"),
        (400, "tls_required", "https://cp:1"), (503, "storage_unavailable", "try again"),
    ])
    func refusalsSayWhatNext(status: Int, code: String, hint: String) {
        let failure = Refusal.failure(
            Self.response(status, #"{"error":"no","code":"\#(code)","details":[],"request_id":"-"}"#),
            "http://cp:1")
        #expect(failure.hint?.contains(hint) == true, "\(failure.text)")
        #expect(failure.requestID == nil)
        #expect(failure.exitCode == 1)
    }

    @Test func somebodyElsesAnswerIsNotTakenForAControlPlanes() {
        let text = Refusal.failure(Self.response(404, "<html>"), "http://cp:1").text
        #expect(text.contains("not as a fledx control plane does"))
        #expect(text.contains("--control-plane-url"))
    }

    private static func response(_ status: Int, _ body: String) -> HTTPClientResponse {
        HTTPClientResponse(
            head: HTTPResponseHead(status: HTTPStatus(status), version: .http11, headers: HTTPHeaders([])),
            body: Array(body.utf8))
    }
}
