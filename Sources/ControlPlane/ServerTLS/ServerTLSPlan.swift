import Model

/// Whether and how the API listener speaks TLS.
public enum ServerTLSPlan: Sendable, Equatable {
    /// Plain HTTP.
    case none
    /// With the operator's files.
    case files(ServerTLSFiles)
    /// With an authority of its own, kept beside the database.
    case development

    private static let enabledKey = "FLEDX_CP_SERVER_TLS_ENABLED"

    /// Both files turn TLS on; only one of them, or a flag without them, is a mistake.
    static func read(_ values: SettingsValues, development: Bool, _ problems: inout [String]) -> ServerTLSPlan
    {
        let certificate = values.text(ServerTLSFiles.certificateKey)
        let key = values.text(ServerTLSFiles.keyKey)
        let clients = values.text(ServerTLSFiles.clientAuthorityKey)
        let isForbidden = values.isSet(enabledKey) && !values.flag(enabledKey)
        guard !development else { return developed(values, isForbidden, &problems) }
        guard !isForbidden else { return .none }
        guard let certificate, let key else {
            complain(values, certificate, key, clients, &problems)
            return .none
        }
        let files = ServerTLSFiles(certificatePath: certificate, keyPath: key, clientAuthorityPath: clients)
        problems += files.problems
        return .files(files)
    }

    private static func developed(
        _ values: SettingsValues, _ isForbidden: Bool, _ problems: inout [String]
    ) -> ServerTLSPlan {
        if isForbidden {
            problems.append("--dev-tls and \(enabledKey)='false' contradict each other; drop one")
        }
        let keys = [ServerTLSFiles.certificateKey, ServerTLSFiles.keyKey, ServerTLSFiles.clientAuthorityKey]
        for key in keys where values.isSet(key) {
            problems.append("--dev-tls makes its own certificates; unset \(key), or start without --dev-tls")
        }
        return .development
    }

    private static func complain(
        _ values: SettingsValues, _ certificate: String?, _ key: String?, _ clients: String?,
        _ problems: inout [String]
    ) {
        if certificate != nil || key != nil {
            let (set, missing) =
                certificate == nil
                ? (ServerTLSFiles.keyKey, ServerTLSFiles.certificateKey)
                : (ServerTLSFiles.certificateKey, ServerTLSFiles.keyKey)
            problems.append("\(set) is set without \(missing); set both or neither")
        } else if values.flag(enabledKey) {
            problems.append(
                "\(enabledKey)='true': set \(ServerTLSFiles.certificateKey) and \(ServerTLSFiles.keyKey), or start "
                    + "with --dev-tls")
        }
        if certificate == nil, key == nil, clients != nil {
            problems.append(
                "\(ServerTLSFiles.clientAuthorityKey) needs TLS; set \(ServerTLSFiles.certificateKey) and "
                    + ServerTLSFiles.keyKey)
        }
    }
}
