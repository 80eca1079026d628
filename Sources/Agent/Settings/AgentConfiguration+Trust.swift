internal import HTTPClient
internal import Model
internal import TLS

extension AgentConfiguration {
    static let authorityKeys = "FLEDX_AGENT_CA_CERT_PATH or FLEDX_AGENT_CA_FINGERPRINT"
    static let certificateKeys = "FLEDX_AGENT_CLIENT_CERT_PATH and FLEDX_AGENT_CLIENT_KEY_PATH"

    /// How the control plane is checked, and what this node shows it.
    struct Trust: Sendable {
        var tls = HTTPClientTLS()
        var fingerprint: Fingerprint?
        var warnings: [String] = []
    }

    static func trust(_ values: SettingsValues, isEmbedded: Bool, _ problems: inout [String]) -> Trust {
        // An agent inside the control plane reaches it without a network in between.
        guard !isEmbedded else { return Trust() }
        var trust = Trust()
        trust.tls.authorityFile = readableFile("FLEDX_AGENT_CA_CERT_PATH", values, &problems)
        trust.tls.certificateFile = readableFile("FLEDX_AGENT_CLIENT_CERT_PATH", values, &problems)
        trust.tls.keyFile = readableFile("FLEDX_AGENT_CLIENT_KEY_PATH", values, &problems)
        trust.fingerprint = fingerprint(values, &problems)
        trust.tls.skipsVerification = values.flag("FLEDX_AGENT_TLS_INSECURE_SKIP_VERIFY")
        if (trust.tls.certificateFile == nil) != (trust.tls.keyFile == nil) {
            problems.append("\(certificateKeys) belong together; set both or neither")
        }
        if trust.tls.skipsVerification {
            trust.warnings.append(
                "FLEDX_AGENT_TLS_INSECURE_SKIP_VERIFY=true: the control plane's certificate is not checked, so anybody "
                    + "in between can read this node's token and give it orders; set \(authorityKeys) instead"
            )
        }
        return trust
    }

    private static func fingerprint(_ values: SettingsValues, _ problems: inout [String]) -> Fingerprint? {
        let key = "FLEDX_AGENT_CA_FINGERPRINT"
        guard let text = values.text(key) else { return nil }
        guard let fingerprint = Fingerprint(text) else {
            problems.append("\(key)='\(text)': sha256: and 64 hexadecimal digits are expected")
            return nil
        }
        if values.isSet("FLEDX_AGENT_CA_CERT_PATH") {
            problems.append("FLEDX_AGENT_CA_CERT_PATH and \(key) say the same thing twice; set one of them")
        }
        if values.text("FLEDX_AGENT_CONTROL_PLANE_URL")?.hasPrefix("http://") ?? false {
            problems.append("\(key) needs https:// in FLEDX_AGENT_CONTROL_PLANE_URL")
        }
        return fingerprint
    }
}
