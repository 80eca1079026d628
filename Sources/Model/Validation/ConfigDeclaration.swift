/// A config as an operator writes it: secret values are not sealed yet.
public struct ConfigDeclaration: Sendable {
    /// Where a variable's value comes from.
    public enum Source: Sendable {
        /// It is written here.
        case value(String)
        /// The node has it under a name.
        case secretReference(String)
        /// It is written here, to be sealed.
        case secretValue(Redacted<String>)
        /// It is sealed already and stays.
        case kept
    }

    /// One variable.
    public struct Entry: Sendable {
        /// The variable's name.
        public var key: String
        /// Where its value comes from.
        public var source: Source
        /// Where it stands in the body.
        public var path: String
    }

    /// The name; nil where it is not said.
    public var name: String?
    /// The version; nil where it is not said.
    public var version: UInt64?
    /// Free words; nil where they are not said.
    public var labels: [String: String]?
    /// The variables; nil where they are not said.
    public var entries: [Entry]?
    /// The files; nil where they are not said.
    public var files: [ConfigFile]?
    /// Ids or names of the deployments that shall have it, exactly; nil leaves them.
    public var deployments: [String]?
    /// Ids or names of the nodes that shall have it, exactly; nil leaves them.
    public var nodes: [String]?

    /// Says nothing yet.
    public init() {}
}
