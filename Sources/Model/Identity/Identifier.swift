/// An identifier that cannot be mixed up with one of another kind.
public struct Identifier<Tag>: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// The value without its kind.
    public let uuid: UUIDValue

    /// Gives a value its kind.
    public init(_ uuid: UUIDValue) { self.uuid = uuid }

    /// Parses the hyphenated form; anything else is nil.
    public init?(_ text: some StringProtocol) {
        guard let uuid = UUIDValue(text) else { return nil }
        self.uuid = uuid
    }

    /// Reads the hyphenated form.
    public init(from decoder: any Decoder) throws { uuid = try UUIDValue(from: decoder) }

    /// Writes the hyphenated form.
    public func encode(to encoder: any Encoder) throws { try uuid.encode(to: encoder) }

    /// Feeds the value.
    public func hash(into hasher: inout Hasher) { uuid.hash(into: &hasher) }

    /// The value's own.
    public func _rawHashValue(seed: Int) -> Int { uuid._rawHashValue(seed: seed) }

    /// The lower-case hyphenated form.
    public var description: String { uuid.description }

    /// Orders by the bytes in network order.
    public static func < (left: Self, right: Self) -> Bool { left.uuid < right.uuid }
}

/// What kinds of identifiers there are.
public enum IdentifierTag {
    /// A machine that runs an agent.
    public enum Node {}
    /// A declared workload.
    public enum Deployment {}
    /// One placement of one replica on one node.
    public enum Assignment {}
    /// One history of a control-plane database.
    public enum Epoch {}
    /// One life of an agent process.
    public enum Boot {}
    /// One issued credential.
    public enum Token {}
    /// One credential of an operator.
    public enum OperatorToken {}
    /// One credential that lets machines become nodes.
    public enum RegistrationToken {}
}

/// Names a node.
public typealias NodeID = Identifier<IdentifierTag.Node>
/// Names a deployment.
public typealias DeploymentID = Identifier<IdentifierTag.Deployment>
/// Names one placement of one replica.
public typealias AssignmentID = Identifier<IdentifierTag.Assignment>
/// Names one history of a control-plane database.
public typealias Epoch = Identifier<IdentifierTag.Epoch>
/// Names one life of an agent process.
public typealias BootID = Identifier<IdentifierTag.Boot>
/// Names one issued credential.
public typealias TokenID = Identifier<IdentifierTag.Token>
/// Names one credential of an operator.
public typealias OperatorTokenID = Identifier<IdentifierTag.OperatorToken>
/// Names one credential that lets machines become nodes.
public typealias RegistrationTokenID = Identifier<IdentifierTag.RegistrationToken>
