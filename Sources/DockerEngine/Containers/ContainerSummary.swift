internal import JSON
public import Model

/// One container of a list.
public struct ContainerSummary: Sendable, Equatable {
    /// The id.
    public let id: String
    /// The name without its slash.
    public let name: String
    /// The reference it was made with.
    public let image: String
    /// The image's id.
    public let imageID: String
    /// What it is doing.
    public let status: ContainerStatus
    /// The engine's words about it, such as `Exited (1) 2 seconds ago`.
    public let statusText: String
    /// Its labels.
    public let labels: [String: String]
    /// When it was made.
    public let createdAt: Timestamp
    /// Its ports.
    public let ports: [PublishedPort]
    /// Its address on each network.
    public let addresses: [String: String]

    init(_ node: JSONNode) {
        id = node.text("Id")
        name = ContainerNames.plain(node["Names"]?[0]?.stringValue ?? "")
        image = node.text("Image")
        imageID = node.text("ImageID")
        status = ContainerStatus(rawValue: node.text("State")) ?? .unknown
        statusText = node.text("Status")
        labels = node.texts("Labels")
        createdAt = Timestamp(
            milliseconds: node.integer("Created").multipliedReportingOverflow(by: 1000).partialValue)
        ports = node.list("Ports").compactMap { PublishedPort(summary: $0) }
        addresses = ContainerNames.addresses(node["NetworkSettings"]?["Networks"])
    }
}

/// Small readings that list and inspection share.
enum ContainerNames {
    static func plain(_ name: String) -> String { name.hasPrefix("/") ? String(name.dropFirst()) : name }

    static func addresses(_ networks: JSONNode?) -> [String: String] {
        var result: [String: String] = [:]
        for member in networks?.objectValue ?? [] {
            let address = member.value.text("IPAddress")
            if !address.isEmpty { result[member.key] = address }
        }
        return result
    }
}
