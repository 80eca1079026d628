import Model

extension JSONSchema {
    private static let credentialName = text("ghcr.io", bytes: 1...SpecLimits.fieldBytes)
    private static let registry = text("ghcr.io", bytes: 1...SpecLimits.fieldBytes)
    private static let username = text("robot", bytes: 1...SpecLimits.fieldBytes)
    private static let password = text("hunter2", bytes: 1...ConfigLimits.passwordBytes)

    static let registryCredentialDeclaration = Component(
        "RegistryCredentialDeclaration", declared(isFirst: true))
    static let registryCredentialChange = Component("RegistryCredentialChange", declared(isFirst: false))

    private static func declared(isFirst: Bool) -> JSONSchema {
        let fields: [Field] = [
            .must("host", registry, "As image references name it; docker.io for those that name none."),
            .must("username", username), .must("password", password, "Sealed; never shown again."),
        ]
        return object(
            (isFirst ? fields : fields.map(\.optional))
                + [.may("name", credentialName, "What pull.credential names; the host unless said.")])
    }

    static let registryCredential = Component(
        "RegistryCredential",
        object([
            .must("credential_id", id), .must("name", credentialName), .must("host", registry),
            .must("username", username), .must("version", whole(1...Int64.max, 1)), .must("created_at", time),
            .must("updated_at", time),
        ]))

    static let registryCredentialComponents = [
        registryCredentialDeclaration, registryCredentialChange, registryCredential,
    ]
}
