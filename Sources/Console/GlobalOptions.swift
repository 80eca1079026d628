import ArgumentParser

/// What every command takes: where the control plane is and who asks.
struct GlobalOptions: ParsableArguments, Sendable {
    @Option(help: "The control plane (FLEDX_CLI_CONTROL_PLANE_URL; default http://127.0.0.1:8080).")
    var controlPlaneUrl: String?

    @Option(
        name: [.customLong("operator-token"), .customLong("token")],
        help: "The operator token (FLEDX_CLI_OPERATOR_TOKEN).")
    var operatorToken: String?

    @Option(
        help: "The header that carries the operator token (FLEDX_CLI_OPERATOR_HEADER; default authorization)."
    )
    var operatorHeader: String?

    @Option(
        help:
            "PEM file of the authority that signed the control plane's certificate (FLEDX_CLI_CA_CERT_PATH).")
    var caCertPath: String?
}
