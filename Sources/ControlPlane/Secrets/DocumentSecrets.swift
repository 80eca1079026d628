import ClusterCore
import Model

/// Opens what a node's document needs.
enum DocumentSecrets {
    /// The secret section of a document; nil when there is nothing in it.
    static func of(_ document: NodeDocument, _ keeper: SecretKeeper) throws(Refusal) -> DesiredSecrets? {
        var secrets = DesiredSecrets()
        for version in document.configs {
            for entry in version.content.entries {
                guard case .sealed(let bytes) = entry.source else { continue }
                let value = try keeper.openConfigValue(bytes)
                secrets.configValues.append(
                    .init(reference: version.reference, key: entry.key, value: value.revealed))
            }
        }
        for row in document.credentials {
            let password = try keeper.openPassword(row.sealedPassword)
            secrets.registryLogins.append(
                .init(name: row.name, host: row.host, username: row.username, password: password.revealed))
        }
        return secrets.isEmpty ? nil : secrets
    }

    /// The configs of a document as they are sent.
    static func configs(of document: NodeDocument) -> [DesiredConfig] {
        document.configs.map {
            DesiredConfig(
                reference: $0.reference, name: $0.name, content: $0.content.shown,
                containerVersion: $0.containerVersion)
        }
    }
}
