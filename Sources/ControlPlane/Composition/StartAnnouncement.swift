public import Model

/// What a first start has generated, to be told to whoever started it.
public struct StartAnnouncement: Sendable {
    /// The file the secrets were written to; nil when nothing was generated.
    public let secretsPath: String?
    /// A new operator token, shown this once.
    public let operatorToken: Redacted<String>?
}
