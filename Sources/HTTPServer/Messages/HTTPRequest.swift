public import EventLoop
public import HTTP1
public import Model

/// One request as a handler sees it.
@LoopActor
public final class HTTPRequest {
    /// Method, target, version and fields as they came.
    public nonisolated let head: HTTPRequestHead
    /// The target taken apart, still percent-encoded.
    public nonisolated let target: RequestTarget
    /// The request's own id when it was fit, or a new one; every response carries it.
    public nonisolated let requestID: String
    /// Whether the peer is on this machine.
    public nonisolated let isLoopbackPeer: Bool
    /// The peer's address as text.
    public nonisolated let peer: String
    /// True when the client offers to change the protocol; the offer is in `Upgrade`.
    public nonisolated let offersUpgrade: Bool

    /// The whole body of a route that collects it; empty before the handler runs.
    public internal(set) var body: [UInt8] = []
    /// The body of a route that streams it.
    public internal(set) var stream: RequestBody?
    /// The decoded path parameters in the order of the pattern.
    public internal(set) var parameters: [(name: String, value: String)] = []
    /// The pattern of the route that took the request.
    public internal(set) var route: String?

    /// Puts a request together; tests of handlers do so too.
    public init(
        head: HTTPRequestHead, body: [UInt8] = [], requestID: String = "-", peer: String = "local",
        isLoopbackPeer: Bool = true, offersUpgrade: Bool = false
    ) {
        self.head = head
        self.target = RequestTarget(head.target)
        self.requestID = requestID
        self.peer = peer
        self.isLoopbackPeer = isLoopbackPeer
        self.offersUpgrade = offersUpgrade
        self.body = body
    }

    /// The method.
    public nonisolated var method: HTTPMethod { head.method }
    /// The header fields.
    public nonisolated var headers: HTTPHeaders { head.headers }

    /// The token after `Bearer` in `Authorization`; nil without one.
    public nonisolated var bearerToken: String? {
        guard let value = head.headers["authorization"] else { return nil }
        let parts = value.utf8.split(separator: 32, maxSplits: 1)
        guard parts.count == 2, parts[0].count == 6,
            parts[0].map(HTTPToken.lowercased) == Array("bearer".utf8)
        else { return nil }
        let token = HTTPToken.trimmed(parts[1])
        return token.isEmpty ? nil : String(decoding: token, as: UTF8.self)
    }

    /// The parsed query; 400 when an escape in it is wrong.
    public nonisolated func query() throws(HTTPRejection) -> RequestQuery {
        guard let text = target.query else { return RequestQuery() }
        guard let query = RequestQuery(text) else {
            throw HTTPRejection(.badRequest, "malformed_query", "the query is not correctly percent-encoded")
        }
        return query
    }

    /// A path parameter of the route's pattern; asking for one that it does not have is a bug.
    public func parameter(_ name: String) -> String {
        guard let parameter = parameters.first(where: { $0.name == name }) else {
            preconditionFailure("the route has no parameter '\(name)'")
        }
        return parameter.value
    }

    /// A path parameter as a value; 400 when the text is none.
    public func parameter<Value: PathParameter>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(HTTPRejection) -> Value {
        guard let value = Value(pathText: parameter(name)) else {
            throw HTTPRejection(
                .badRequest, "invalid_path_parameter",
                "'\(name)' in the path is not a valid \(Value.pathKind)",
                details: [FieldFault(field: name, message: "is not a valid \(Value.pathKind)")])
        }
        return value
    }
}
