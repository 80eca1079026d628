import HTTPClient
import JSON
import Model

/// Turns a refusing answer into words.
enum Refusal {
    static func failure(_ response: HTTPClientResponse, _ baseURL: String) -> ConsoleFailure {
        let status = response.head.status
        guard let body = try? JSONCoder.decode(ErrorBody.self, from: response.body) else {
            return ConsoleFailure(
                .refused(status: status.code), "\(baseURL) answered \(status)", hint: hint(status.code))
        }
        return ConsoleFailure(
            .refused(status: status.code), "\(body.error) (\(status.code) \(body.code))",
            details: body.details,
            requestID: body.requestID, hint: hint(status.code))
    }

    private static func hint(_ status: Int) -> String? {
        switch status {
        case 401, 403: "check FLEDX_CLI_OPERATOR_TOKEN (or the registration token) and its rights"
        case 503: "the control plane is up but cannot serve this now; try again in a moment"
        default: nil
        }
    }
}
