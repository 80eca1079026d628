import EventLoop
import JSON
import Model
import TLS

/// The API document over HTTP.
@LoopActor
enum OpenAPIRoutes {
    static func routes(_ service: OpenAPIService) -> [APIRoute] {
        [
            APIRoute(.get, "/openapi.json", .open, isStateless: true) {
                (call) throws(Refusal) in try service.get(call)
            }
        ]
    }
}

/// Renders the document when it is first asked for.
@LoopActor
final class OpenAPIService {
    /// What the document describes; set before the first request.
    var routes: [APIRoute] = []
    private var rendered: (body: [UInt8], tag: String)?

    func get(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let (body, tag) = document()
        let headers = [("etag", "\"\(tag)\""), ("cache-control", "no-cache")]
        if let known = call.header("if-none-match"), EntityTag.list(known, names: tag, weakly: true) {
            return .answer(.empty(.notModified, headers: headers))
        }
        return .answer(
            Answer(status: .ok, headers: headers, contentType: "application/json", body: body))
    }

    func document() -> (body: [UInt8], tag: String) {
        if let rendered { return rendered }
        let body = OpenAPIDocument.node(routes).encoded() + [0x0A]
        let made = (body, Hex.encode(Array(SHA256.digest(body).prefix(16))))
        rendered = made
        return made
    }
}
