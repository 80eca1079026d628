import EventLoop
import Model
import TLS

/// Finds the secrets a start needs: the environment's, else the secrets file's, else, for an empty database, new ones.
struct StartSecrets {
    let credentials: Credentials
    /// For an agent inside this process, which registers like any other.
    let registrationToken: Redacted<String>
    /// What was generated now; nil when nothing had to be.
    let announcement: StartAnnouncement?

    init(settings: ControlPlaneSettings, databaseIsEmpty: Bool) throws(StartFailure) {
        var file = try SecretsFile(beside: settings.databasePath)
        var generated: [String] = []
        let pepper = try Self.secret(
            "FLEDX_CP_TOKENS_PEPPER", settings.pepper, &file, databaseIsEmpty, &generated)
        let registration = try Self.secret(
            "FLEDX_CP_REGISTRATION_TOKEN", settings.registrationToken, &file, databaseIsEmpty, &generated)
        let operators = try Self.operators(settings, &file, databaseIsEmpty, &generated)
        if !generated.isEmpty { try file.write() }
        credentials = Credentials(pepper: pepper, registration: registration, operators: operators)
        registrationToken = registration
        guard !generated.isEmpty else {
            announcement = nil
            return
        }
        announcement = StartAnnouncement(
            secretsPath: file.path,
            operatorToken: generated.contains("FLEDX_CP_OPERATOR_TOKENS") ? operators.first : nil)
    }

    private static func operators(
        _ settings: ControlPlaneSettings, _ file: inout SecretsFile, _ databaseIsEmpty: Bool,
        _ generated: inout [String]
    ) throws(StartFailure) -> [Redacted<String>] {
        guard settings.operatorTokens.isEmpty else { return settings.operatorTokens }
        let text = try secret("FLEDX_CP_OPERATOR_TOKENS", nil, &file, databaseIsEmpty, &generated)
        let tokens = text.revealed.split(separator: "," as Character).map { Redacted(String($0)) }
        guard !tokens.isEmpty else {
            throw StartFailure("\(file.path) has no token in FLEDX_CP_OPERATOR_TOKENS")
        }
        return tokens
    }

    private static func secret(
        _ key: String, _ set: Redacted<String>?, _ file: inout SecretsFile, _ databaseIsEmpty: Bool,
        _ generated: inout [String]
    ) throws(StartFailure) -> Redacted<String> {
        if let set { return set }
        if let kept = file.values[key], !kept.revealed.isEmpty { return kept }
        guard databaseIsEmpty else {
            throw StartFailure(
                "the database is in use, but \(key) is neither set nor in \(file.path); set the value it had")
        }
        var random = SystemIDSource()
        let fresh = Redacted(random.nextAlphanumeric(count: ControlPlaneLimits.tokenCharacters))
        file.set(key, fresh)
        generated.append(key)
        return fresh
    }
}
