import ClusterCore
import Model

/// Turns a login that an operator writes into what is stored: the password sealed, what is left out as it was.
enum CredentialSealing {
    static func command(
        _ declaration: RegistryCredentialDeclaration, former: RegistryCredentialRow?, _ keeper: SecretKeeper,
        requestID: String
    ) throws(Refusal) -> PutRegistryCredential {
        let host = declaration.host ?? former?.host ?? ""
        return PutRegistryCredential(
            id: former?.id, name: declaration.name ?? former?.name ?? host, host: host,
            username: declaration.username ?? former?.username ?? "",
            sealedPassword: try sealed(declaration.password, former, keeper), requestID: requestID)
    }

    /// Two seals of one password differ: the same one again keeps what is stored, and so is no change.
    private static func sealed(
        _ password: Redacted<String>?, _ former: RegistryCredentialRow?, _ keeper: SecretKeeper
    ) throws(Refusal) -> [UInt8]? {
        guard let password else { return nil }
        if let former, let known = try? keeper.openPassword(former.sealedPassword),
            known.revealed == password.revealed
        {
            return nil
        }
        return try keeper.sealPassword(password)
    }
}
