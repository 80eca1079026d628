/// Docker's name for one container, in full length.
public struct ContainerID: RawRepresentable, Hashable, Sendable, Comparable, Codable, CustomStringConvertible
{
    /// The text Docker uses.
    public let rawValue: String

    /// Takes Docker's text as it is.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Takes Docker's text as it is.
    public init(_ text: String) { rawValue = text }

    /// Docker's text.
    public var description: String { rawValue }

    /// The first twelve characters, as people know them.
    public var short: String { String(rawValue.prefix(12)) }

    /// Orders by text.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
