/// An HTTP request method; names are case-sensitive (RFC 9110 §9.1).
public enum HTTPMethod: Hashable, Sendable, CustomStringConvertible {
    /// Transfer a representation.
    case get
    /// Transfer the head of a representation only.
    case head
    /// Let the resource process the content.
    case post
    /// Replace the resource.
    case put
    /// Change part of the resource.
    case patch
    /// Remove the resource.
    case delete
    /// Describe what can be done.
    case options
    /// Open a tunnel.
    case connect
    /// Loop the request back.
    case trace
    /// Any other token.
    case other(String)

    /// Takes a method name as it is written on the wire.
    public init(_ name: String) {
        switch name {
        case "GET": self = .get
        case "HEAD": self = .head
        case "POST": self = .post
        case "PUT": self = .put
        case "PATCH": self = .patch
        case "DELETE": self = .delete
        case "OPTIONS": self = .options
        case "CONNECT": self = .connect
        case "TRACE": self = .trace
        default: self = .other(name)
        }
    }

    /// The name as it is written on the wire.
    public var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        case .other(let name): name
        }
    }

    /// The name as it is written on the wire.
    public var description: String { name }
}
