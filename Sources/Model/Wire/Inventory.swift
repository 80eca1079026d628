/// What a node is, as it declares or detects it.
public struct Inventory: Codable, Hashable, Sendable {
    /// Processor architecture, lower case.
    public var arch: String?
    /// Operating system, lower case.
    public var os: String?
    /// Labels of the node.
    public var labels: [String: String]?
    /// What it has.
    public var capacity: Capacity?
    /// The address clients outside reach it at.
    public var publicIP: String?
    /// The name clients outside reach it at.
    public var publicHost: String?

    /// Says nothing unless told.
    public init(
        arch: String? = nil, os: String? = nil, labels: [String: String]? = nil, capacity: Capacity? = nil,
        publicIP: String? = nil, publicHost: String? = nil
    ) {
        self.arch = arch
        self.os = os
        self.labels = labels
        self.capacity = capacity
        self.publicIP = publicIP
        self.publicHost = publicHost
    }

    private enum CodingKeys: String, CodingKey {
        case arch, os, labels, capacity
        case publicIP = "public_ip"
        case publicHost = "public_host"
    }
}
