import EventLoop
import Model

/// The authority's certificate for whoever knows its fingerprint; it is public by nature.
@LoopActor
enum AuthorityRoutes {
    static func routes(_ tls: ListenerTLS?) -> [APIRoute] {
        guard let tls, tls.authorityPEM != nil else { return [] }
        return [
            APIRoute(.get, "/ca.pem", .open, isStateless: true) { (call) throws(Refusal) in
                try call.refuseQuery()
                return .answer(
                    Answer(status: .ok, contentType: "application/x-pem-file", body: tls.authorityPEM ?? []))
            }
        ]
    }
}
