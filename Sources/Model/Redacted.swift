/// A secret that does not print itself.
public struct Redacted<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The secret, asked for by name so that each use can be found.
    public let revealed: Value

    /// Hides a secret.
    public init(_ value: Value) { revealed = value }

    /// Never the secret.
    public var description: String { "<redacted>" }
    /// Never the secret.
    public var debugDescription: String { "<redacted>" }
}

extension Redacted: Equatable where Value: Equatable {}
