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

    /// Asks for nothing unless said otherwise.
    public init(
        arch: String? = nil, os: String? = nil, labels: [String: String] = [:], capacity: Capacity? = nil
    ) {
        self.arch = arch
        self.os = os
        self.labels = labels
        self.capacity = capacity
    }

    /// Reads the wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        arch = try keyed.decodeIfPresent(String.self, forKey: .arch)
        os = try keyed.decodeIfPresent(String.self, forKey: .os)
        labels = try keyed.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        capacity = try keyed.decodeIfPresent(Capacity.self, forKey: .capacity)
    }

    private enum CodingKeys: String, CodingKey { case arch, os, labels, capacity }
}
