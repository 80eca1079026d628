/// The HTTP/1 version of a message; every other version is refused while parsing.
public enum HTTPVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Connections close after one message unless agreed otherwise, no chunked coding.
    case http10
    /// Connections persist.
    case http11

    /// The name as it is written on the wire.
    public var description: String {
        switch self {
        case .http10: "HTTP/1.0"
        case .http11: "HTTP/1.1"
        }
    }
}
