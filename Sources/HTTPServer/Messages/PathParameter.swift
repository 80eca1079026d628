public import Model

/// A value that can stand in a path.
public protocol PathParameter {
    /// What it is called in an error, such as "UUID".
    static var pathKind: String { get }
    /// Reads the decoded text of one segment.
    init?(pathText: String)
}

extension Int: PathParameter {
    /// A whole number.
    public static var pathKind: String { "number" }
    /// Reads decimal digits with an optional sign.
    public init?(pathText: String) { self.init(pathText) }
}

extension UUIDValue: PathParameter {
    /// A UUID.
    public static var pathKind: String { "UUID" }
    /// Reads the hyphenated form.
    public init?(pathText: String) { self.init(pathText) }
}

extension Identifier: PathParameter {
    /// A UUID.
    public static var pathKind: String { "UUID" }
    /// Reads the hyphenated form.
    public init?(pathText: String) {
        guard let value = UUIDValue(pathText) else { return nil }
        self.init(value)
    }
}
