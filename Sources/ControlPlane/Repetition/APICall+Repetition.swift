import EventLoop
import HTTP1
import HTTPServer
import Model
import TLS

extension APICall {
    /// What the client's key stands for; nil when it sent none or wants nothing done.
    ///
    /// `speaker` is a hash of the credential: keys of different clients do not meet.
    func repetition(
        of pattern: String, by speaker: [UInt8]
    ) throws(Refusal) -> (name: Repetition.Name, fingerprint: [UInt8])? {
        guard let key = header("idempotency-key") else { return nil }
        guard (1...SpecLimits.fieldBytes).contains(key.utf8.count),
            key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw .badRequest(
                "Idempotency-Key must have 1 to \(SpecLimits.fieldBytes) visible ASCII characters")
        }
        var query = try query()
        guard !query.flag("dry_run") else { return nil }
        let scope = SHA256.digest(speaker + Array(pattern.utf8))
        let target = Array(request.head.target.utf8)
        return (Repetition.Name(scope: scope, key: key, speaker: speaker), SHA256.digest(target + [0] + body))
    }

    /// Refuses what an operation cannot keep: it has no effect to repeat, or none that can be planned.
    func refuseRepetition() throws(Refusal) {
        if header("idempotency-key") != nil { throw .unsupported("Idempotency-Key") }
        var query = try query()
        if query.text("dry_run") != nil { throw .unsupported("dry_run") }
    }
}

extension Refusal {
    fileprivate static func unsupported(_ what: String) -> Refusal {
        Refusal(
            .unprocessableContent, "not_supported", "this operation takes no \(what)",
            details: [FieldFault(field: what.lowercased(), message: "is not supported here; leave it out")])
    }
}
