public import Model

/// An operator declares a login at a registry, or declares it anew.
public struct PutRegistryCredential: Hashable, Sendable {
    /// The credential; nil makes a new one.
    public var id: RegistryCredentialID?
    /// Unique among credentials.
    public var name: String
    /// The registry in its one spelling.
    public var host: String
    /// Who logs in.
    public var username: String
    /// The sealed password; nil keeps it.
    public var sealedPassword: [UInt8]?
    /// The version the change was made from; nil takes any.
    public var expectedVersion: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Describes a login.
    public init(
        id: RegistryCredentialID? = nil, name: String, host: String, username: String,
        sealedPassword: [UInt8]?, expectedVersion: UInt64? = nil, requestID: String
    ) {
        self.id = id
        self.name = name
        self.host = host
        self.username = username
        self.sealedPassword = sealedPassword
        self.expectedVersion = expectedVersion
        self.requestID = requestID
    }
}

/// An operator deletes a login at a registry.
public struct DeleteRegistryCredential: Hashable, Sendable {
    /// The credential.
    public var id: RegistryCredentialID
    /// The version the decision was made from; nil takes any.
    public var expectedVersion: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Names a credential.
    public init(id: RegistryCredentialID, expectedVersion: UInt64? = nil, requestID: String) {
        self.id = id
        self.expectedVersion = expectedVersion
        self.requestID = requestID
    }
}

/// An operator declares an ingress route, or declares it anew.
public struct PutIngressRoute: Hashable, Sendable {
    /// The route; nil makes a new one.
    public var id: IngressRouteID?
    /// What is declared.
    public var declaration: IngressRouteRow.Declaration
    /// The version the change was made from; nil takes any.
    public var expectedVersion: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Describes a route.
    public init(
        id: IngressRouteID? = nil, declaration: IngressRouteRow.Declaration, expectedVersion: UInt64? = nil,
        requestID: String
    ) {
        self.id = id
        self.declaration = declaration
        self.expectedVersion = expectedVersion
        self.requestID = requestID
    }
}

/// An operator deletes an ingress route.
public struct DeleteIngressRoute: Hashable, Sendable {
    /// The route.
    public var id: IngressRouteID
    /// The version the decision was made from; nil takes any.
    public var expectedVersion: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Names a route.
    public init(id: IngressRouteID, expectedVersion: UInt64? = nil, requestID: String) {
        self.id = id
        self.expectedVersion = expectedVersion
        self.requestID = requestID
    }
}
