internal import JSON
public import Model

/// One container as inspected.
public struct ContainerDetails: Sendable, Equatable {
    /// The id.
    public let id: String
    /// The name without its slash.
    public let name: String
    /// The reference it was made with.
    public let image: String
    /// The image's id.
    public let imageID: String
    /// When it was made.
    public let createdAt: Timestamp?
    /// Its state.
    public let state: ContainerState
    /// Its labels.
    public let labels: [String: String]
    /// Its environment, `KEY=value`.
    public let environment: [String]
    /// The network mode it was made with.
    public let networkMode: String
    /// Its address on each network; empty while it does not run.
    public let addresses: [String: String]
    /// The ports published now; empty while it does not run.
    public let ports: [PublishedPort]
    /// The ports asked for when it was made.
    public let portBindings: [PublishedPort]
    /// Whether its output is a terminal's, so that its log has no frames.
    public let hasTerminal: Bool
    /// The user its program runs as; empty is root.
    public let user: String
    /// The host paths it was made to see.
    public let bindSources: [String]

    init(_ node: JSONNode) {
        let config = node["Config"] ?? .null
        id = node.text("Id")
        name = ContainerNames.plain(node.text("Name"))
        image = config.text("Image")
        imageID = node.text("Image")
        createdAt = node.time("Created")
        state = ContainerState(node["State"])
        labels = config.texts("Labels")
        environment = config.list("Env").compactMap(\.stringValue)
        networkMode = node["HostConfig"]?.text("NetworkMode") ?? ""
        addresses = ContainerNames.addresses(node["NetworkSettings"]?["Networks"])
        ports = PublishedPort.list(node["NetworkSettings"]?["Ports"])
        portBindings = PublishedPort.list(node["HostConfig"]?["PortBindings"])
        hasTerminal = config.flag("Tty")
        user = config.text("User")
        bindSources = (node["HostConfig"]?.list("Mounts") ?? []).filter { $0.text("Type") == "bind" }
            .map { $0.text("Source") }
    }
}
