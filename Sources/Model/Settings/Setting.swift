/// One environment key: everything the parser, `--print-config`, the reference page and the error texts need.
public struct Setting: Sendable {
    /// What values a key takes.
    public enum Kind: Sendable {
        /// Any text.
        case text
        /// A whole number within bounds, counted in `unit`.
        case number(ClosedRange<Int64>)
        /// `true` or `false` (also `1`/`0`, `yes`/`no`, `on`/`off`).
        case flag
        /// Items separated by commas.
        case list
        /// `key=value` pairs separated by commas.
        case pairs
        /// One of these words.
        case choice([String])
    }

    /// What becomes of a key that is set.
    public enum Support: Sendable {
        /// It has its effect.
        case built
        /// It is known, but refused at start: the part is not built yet.
        case notBuilt(part: String)
    }

    /// The environment key.
    public let key: String
    /// What values it takes.
    public let kind: Kind
    /// The value when it is not set; nil means none.
    public let defaultValue: String?
    /// What a number counts (`seconds`, `bytes`, `milliseconds`, …); empty otherwise.
    public let unit: String
    /// One line for people.
    public let help: String
    /// Whether it is never printed.
    public let isSecret: Bool
    /// What becomes of it.
    public let support: Support

    /// Describes a key.
    public init(
        _ key: String, _ kind: Kind, default defaultValue: String? = nil, unit: String = "",
        secret: Bool = false,
        support: Support = .built, help: String
    ) {
        self.key = key
        self.kind = kind
        self.defaultValue = defaultValue
        self.unit = unit
        self.help = help
        isSecret = secret
        self.support = support
    }
}
