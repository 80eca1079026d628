import Model

/// Tokens for people; never the tokens themselves but for a new one.
enum TokenText {
    static func operators(_ page: Page<OperatorTokenView>, now: Timestamp, width: Int? = nil) -> String {
        var table = Table(["NAME", "ALLOWS", "EXPIRES", "USED", "AGE", "BY", "ID"])
        for token in page.items {
            let scopes = token.scopes.map(\.rawValue).joined(separator: ",")
            table.add([
                token.name, token.role?.rawValue ?? scopes, expiry(token.expiresAt, token.expired),
                Words.age(token.lastUsed, now: now), Words.age(token.createdAt, now: now), token.createdBy,
                "\(token.tokenID)",
            ])
        }
        return table.text(width: width, Table.Fit(dropping: ["BY", "AGE", "ID"])) + DeploymentText.more(page)
    }

    static func registrations(
        _ page: Page<RegistrationTokenView>, now: Timestamp, width: Int? = nil
    ) -> String {
        var table = Table(["NAME", "USES", "EXPIRES", "USED", "AGE", "BY", "ID"])
        for token in page.items {
            table.add([
                token.name, token.maxUses.map { "\(token.uses)/\($0)" } ?? "\(token.uses)",
                expiry(token.expiresAt, token.expired), Words.age(token.lastUsed, now: now),
                Words.age(token.createdAt, now: now), token.createdBy, "\(token.tokenID)",
            ])
        }
        return table.text(width: width, Table.Fit(dropping: ["BY", "AGE", "ID"])) + DeploymentText.more(page)
    }

    static func nodes(_ page: Page<NodeTokenView>, now: Timestamp) -> String {
        var table = Table(["ID", "EXPIRES", "USED", "AGE"])
        for token in page.items {
            table.add([
                "\(token.tokenID)", expiry(token.expiresAt, token.expired),
                Words.age(token.lastUsed, now: now), Words.age(token.createdAt, now: now),
            ])
        }
        return table.text + DeploymentText.more(page)
    }

    static func created(_ token: TokenCreated) -> String {
        let end = token.expiresAt.map { "expires_at: \($0)\n" } ?? ""
        return "token_id: \(token.tokenID)\ntoken: \(token.token)\n\(end)"
    }

    private static func expiry(_ time: Timestamp?, _ isExpired: Bool) -> String {
        guard let time else { return "never" }
        return isExpired ? "expired" : "\(time)"
    }
}
