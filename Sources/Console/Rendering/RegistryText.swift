import Model

/// Logins at registries for people.
enum RegistryText {
    static func list(_ page: Page<RegistryCredentialView>, now: Timestamp, width: Int? = nil) -> String {
        var table = Table(["NAME", "HOST", "USERNAME", "CHANGED", "ID"])
        for login in page.items {
            table.add([
                login.name, login.host, login.username, Words.age(login.updatedAt, now: now),
                "\(login.credentialID)",
            ])
        }
        return table.text(width: width, Table.Fit(dropping: ["ID"])) + DeploymentText.more(page)
    }

    static func detail(_ login: RegistryCredentialView, now: Timestamp) -> String {
        "name: \(login.name)\ncredential_id: \(login.credentialID)\nhost: \(login.host)\n"
            + "username: \(login.username)\nversion: \(login.version)\n"
            + "changed: \(Words.age(login.updatedAt, now: now))\n"
    }
}
