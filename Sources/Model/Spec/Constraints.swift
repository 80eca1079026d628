/// What a node must have to be given a replica.
public struct Constraints: Codable, Hashable, Sendable {
    /// Processor architecture: amd64 and x86_64 are one, arm64 and aarch64 are one.
    public var arch: String?
    /// Operating system, lower case.
    public var os: String?
    /// Labels the node must carry.
    public var labels: [String: String]
    /// What the node must have in all (not what is free).
    public var capacity: Capacity?
    /// Whether the node must have a public address of its own; a public name alone does not count.
    public var requiresPublicIP: Bool

    /// Asks for nothing unless said otherwise.
    public init(
        arch: String? = nil, os: String? = nil, labels: [String: String] = [:], capacity: Capacity? = nil,
        requiresPublicIP: Bool = false
    ) {
        self.arch = arch
        self.os = os
        self.labels = labels
        self.capacity = capacity
        self.requiresPublicIP = requiresPublicIP
    }

    /// Reads the wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        arch = try keyed.decodeIfPresent(String.self, forKey: .arch)
        os = try keyed.decodeIfPresent(String.self, forKey: .os)
        labels = try keyed.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        capacity = try keyed.decodeIfPresent(Capacity.self, forKey: .capacity)
        requiresPublicIP = try keyed.decodeIfPresent(Bool.self, forKey: .requiresPublicIP) ?? false
    }

    private enum CodingKeys: String, CodingKey {
        case arch, os, labels, capacity
        case requiresPublicIP = "requires_public_ip"
    }
}
