public import Model

/// Names what a report said of a node: an agent's life and the number of the report in it.
///
/// No two reports of one life have the same number, so equal names mean equal content, and neither end has to
/// calculate anything from it.
public struct StatusHash: Codable, Hashable, Sendable {
    /// How it stands in a message.
    public let text: String

    /// Names the report with that number of that life.
    public init(_ boot: BootID, _ sequence: UInt64) { text = "\(boot).\(sequence)" }

    /// Reads it from a message, as it is: it is only ever compared.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
