import EventLoop
import JSON
import Model

/// What is asked of a new token, whatever its kind.
struct TokenRequest {
    var name: String?
    var permission: OperatorTokenRow.Permission?
    var expiresAt: Timestamp?
    var maxUses: Int64?
    var disablesExisting = false

    /// The keys that a kind of token has.
    enum Kind { case `operator`, registration, node }

    @LoopActor
    static func read(_ call: APICall, _ kind: Kind, at now: Timestamp) throws(Refusal) -> TokenRequest {
        var request = TokenRequest()
        // A node's token needs nothing said.
        guard kind != .node || !call.body.isEmpty else { return request }
        var faults = FaultList()
        var body = ObjectReader(try call.jsonBody(), path: "", faults: &faults)
        request.expiresAt = readTime(&body, &faults, now)
        switch kind {
        case .operator:
            request.name = readName(&body, &faults)
            request.permission = readPermission(&body, &faults)
        case .registration:
            request.name = readName(&body, &faults)
            request.maxUses = body.integer("max_uses", in: 1...1_000_000, &faults)
            if let seconds = body.integer("ttl_secs", in: 1...Int64(UInt32.max), &faults) {
                if request.expiresAt != nil { faults.add("ttl_secs", "expires_at says it already") }
                request.expiresAt = now.adding(milliseconds: seconds * 1000)
            }
        case .node: request.disablesExisting = body.bool("disable_existing", &faults) ?? false
        }
        body.finish(&faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        return request
    }

    private static func readName(_ body: inout ObjectReader, _ faults: inout FaultList) -> String? {
        guard let name = body.string("name", &faults) else {
            if body.value("name") == nil { faults.add("name", "is required") }
            return nil
        }
        if let fault = TextRules.nameFault(name) { faults.add("name", fault) }
        return name
    }

    private static func readTime(
        _ body: inout ObjectReader, _ faults: inout FaultList, _ now: Timestamp
    ) -> Timestamp? {
        guard let text = body.string("expires_at", &faults) else { return nil }
        guard let time = Timestamp(text) else {
            faults.add("expires_at", "a time such as 2026-12-31T12:00:00Z is expected")
            return nil
        }
        if time <= now { faults.add("expires_at", "must lie in the future") }
        return time
    }

    private static func readPermission(
        _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> OperatorTokenRow.Permission? {
        let word = body.string("role", &faults)
        let scopes = readScopes(&body, &faults)
        switch (word, scopes) {
        case (let word?, nil):
            if let role = OperatorRole(text: word) { return .role(role) }
            faults.add(
                "role", "'\(word.prefix(40))' is unknown; one of admin, operator, read_only is expected")
        case (nil, let scopes?): return .scopes(scopes)
        case (nil, nil): faults.add("role", "role or scopes is required")
        case (_?, _?): faults.add("scopes", "role says it already; write one of both")
        }
        return nil
    }

    private static func readScopes(
        _ body: inout ObjectReader, _ faults: inout FaultList
    ) -> Set<OperatorScope>? {
        guard let words = body.strings("scopes", &faults) else { return nil }
        if words.isEmpty { faults.add("scopes", "at least one is expected") }
        var scopes: Set<OperatorScope> = []
        for (index, word) in words.enumerated() {
            if let scope = OperatorScope(rawValue: word) {
                scopes.insert(scope)
            } else {
                let known = OperatorScope.allCases.map(\.rawValue).joined(separator: ", ")
                faults.add("scopes[\(index)]", "'\(word.prefix(40))' is unknown; known are: \(known)")
            }
        }
        return scopes
    }
}
