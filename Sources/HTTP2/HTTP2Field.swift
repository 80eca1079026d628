/// One field of a header block; names are lower case, those that begin with a colon are the protocol's own.
public struct HTTP2Field: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: String

    /// States a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HTTP2Field] {
    /// The first value of a name.
    public subscript(name: String) -> String? { first { $0.name == name }?.value }
}
