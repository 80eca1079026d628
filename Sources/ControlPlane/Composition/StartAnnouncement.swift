public import Model

/// What a first start has generated, to be told to whoever started it.
public struct StartAnnouncement: Sendable {
    /// The file the secrets were written to.
    public let secretsPath: String
    /// A new operator token, shown this once; nil when the environment sets them.
    public let operatorToken: Redacted<String>?
}
