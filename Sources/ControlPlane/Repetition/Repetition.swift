import JSON
import Model

/// A request that was carried out under a key of its client's, and what it was answered.
struct Repetition: Hashable, Sendable {
    /// What a key belongs to: whose it is and where it was sent.
    struct Name: Hashable, Sendable {
        /// A hash of the credential and the route.
        let scope: [UInt8]
        /// What the client sent in `Idempotency-Key`.
        let key: String
        /// A hash of the credential alone, whose share of the room it takes; empty where it is not known.
        var speaker: [UInt8] = []

        static func == (left: Name, right: Name) -> Bool {
            left.scope == right.scope && left.key == right.key
        }

        /// Scope and key tell two apart.
        func hash(into hasher: inout Hasher) {
            hasher.combine(scope)
            hasher.combine(key)
        }
    }

    let name: Name
    /// A hash of path, query and body: the same key with another one is a mistake.
    let fingerprint: [UInt8]
    let status: HTTPStatus
    let headers: [JSONField]
    let body: [UInt8]
    let createdAt: Timestamp

    /// A header field as it is stored.
    struct JSONField: Hashable, Sendable, Codable {
        let name: String
        let value: String
    }

    /// Keeps an answer, or that it was given: what is shown once, or is too long, is not kept.
    init(_ name: Name, fingerprint: [UInt8], _ answer: Answer, at now: Timestamp, hasRoom: Bool = true) {
        self.name = name
        self.fingerprint = fingerprint
        createdAt = now
        // Whatever no cache may store is not stored here either.
        let isStorable = answer.shownOnce == nil && answer.headers["cache-control"] != "no-store"
        if isStorable, hasRoom, answer.body.count <= ControlPlaneLimits.repetitionBodyBytes {
            status = answer.status
            headers = answer.headers.pairs.map { JSONField(name: $0.name, value: $0.value) }
            body = answer.body
        } else {
            status = .conflict
            headers = []
            body = JSONNode.object(answer.shownOnce.map { [$0] } ?? []).encoded()
        }
    }

    /// Reads back what was stored.
    init(
        _ name: Name, fingerprint: [UInt8], status: HTTPStatus, headers: [JSONField], body: [UInt8],
        createdAt: Timestamp
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.status = status
        self.headers = headers
        self.body = body
        self.createdAt = createdAt
    }

    /// About how much memory it takes.
    var bytes: Int { 256 + name.key.utf8.count + body.count + headers.count * 64 }

    /// What a repetition is answered.
    func answer() throws(Refusal) -> Answer {
        guard status != .conflict else {
            var refusal = Refusal(
                .conflict, "already_done",
                "this request was carried out at \(createdAt); its answer is not kept and cannot be shown again"
            )
            refusal.extra = (try? JSONNode.parse(body))?.objectValue ?? []
            throw refusal
        }
        var fields = HTTPHeaders(headers.map { ($0.name, $0.value) })
        fields.set("idempotency-replayed", "true")
        return Answer(status: status, fields: fields, body: body)
    }
}
