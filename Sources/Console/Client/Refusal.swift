import HTTPClient
import JSON
import Model

/// Turns a refusing answer into words.
enum Refusal {
    static func failure(_ response: HTTPClientResponse, _ baseURL: String) -> ConsoleFailure {
        let status = response.head.status
        guard let body = try? JSONCoder.decode(ErrorBody.self, from: response.body) else {
            return ConsoleFailure(
                .refused(status: status.code),
                "\(baseURL) answered \(status), and not as a fledx control plane does",
                hint: "is that its address? Set --control-plane-url or FLEDX_CLI_CONTROL_PLANE_URL")
        }
        // A connection that is refused before its first request has no number.
        let requestID = body.requestID == "-" ? nil : body.requestID
        return ConsoleFailure(
            .refused(status: status.code), "\(body.error) (\(status.code) \(body.code))",
            details: body.details, requestID: requestID, hint: hint(status.code, body.code, baseURL))
    }

    private static func hint(_ status: Int, _ code: String, _ baseURL: String) -> String? {
        switch (status, code) {
        case (_, "tls_required"):
            "set --control-plane-url or FLEDX_CLI_CONTROL_PLANE_URL to https://\(baseURL.dropFirst(7))"
        case (403, "missing_scope"):
            "ask an administrator for a token that has it: fledx tokens create NAME --role operator"
        case (403, "token_expired"):
            "ask an administrator for another: fledx tokens create NAME --role operator"
        case (401, _), (403, _):
            "check --operator-token or FLEDX_CLI_OPERATOR_TOKEN (to register a node the registration token): "
                + "is it one of \(baseURL)? The first ones are in <database>.secrets there"
        case (503, _): "the control plane is up but cannot serve this now; try again in a moment"
        default: nil
        }
    }
}
