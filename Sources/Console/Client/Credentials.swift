import HTTPClient

/// Who asks, from flags and environment.
struct Credentials: Sendable {
    let tls: HTTPClientTLS
    private let header: String
    private let token: String?

    init(_ options: GlobalOptions, _ environment: [String: String]) {
        token = Self.present(options.operatorToken ?? environment["FLEDX_CLI_OPERATOR_TOKEN"])
        header =
            Self.present(options.operatorHeader ?? environment["FLEDX_CLI_OPERATOR_HEADER"])
            ?? "authorization"
        tls = HTTPClientTLS(
            authorityFile: Self.present(options.caCertPath ?? environment["FLEDX_CLI_CA_CERT_PATH"]),
            certificateFile: Self.present(environment["FLEDX_CLI_CLIENT_CERT_PATH"]),
            keyFile: Self.present(environment["FLEDX_CLI_CLIENT_KEY_PATH"]))
    }

    func operatorHeaders() throws -> [(String, String)] {
        guard let token else {
            throw ConsoleFailure(
                .usage, "no operator token is set",
                hint: "set FLEDX_CLI_OPERATOR_TOKEN or --operator-token; "
                    + "a control plane started without tokens keeps its own in <database>.secrets")
        }
        return [(header, "Bearer \(token)")]
    }

    private static func present(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}
