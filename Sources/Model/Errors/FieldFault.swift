/// One fault of a body, with the place it is at.
public struct FieldFault: Codable, Hashable, Sendable {
    /// The path, such as `ports[0].host_port`; empty for the body itself.
    public var field: String
    /// What is wrong and what would be right.
    public var message: String

    /// Names a fault.
    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}
