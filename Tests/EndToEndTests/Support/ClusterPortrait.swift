import EventLoop
import HTTPClient
import JSON
import Model

/// What a watcher knows of a cluster: the state that lists tell and events change.
struct ClusterPortrait: Equatable {
    /// Name and generation.
    var deployments: [String: String] = [:]
    /// Name and version.
    var configs: [String: String] = [:]
    /// Name and whether it is given replicas.
    var nodes: [String: String] = [:]

    /// Reads three lists, and the place of the first: what changes while they are read is told behind it.
    @LoopActor static func listed(_ programs: Programs) async throws -> (ClusterPortrait, EventID) {
        let (deployments, place) = try await list(DeploymentSummary.self, "deployments", programs)
        let configs = try await list(ConfigSummary.self, "configs", programs).0
        let nodes = try await list(NodeSummary.self, "nodes", programs).0
        var portrait = ClusterPortrait()
        for item in deployments {
            portrait.deployments["\(item.deploymentID)"] = "\(item.name) \(item.generation)"
        }
        for item in configs.map(\.metadata) {
            portrait.configs["\(item.configID)"] = "\(item.name) \(item.version)"
        }
        for item in nodes { portrait.nodes["\(item.nodeID)"] = "\(item.name ?? "") \(item.availability)" }
        return (portrait, place)
    }

    /// Changes what is known as an event says.
    mutating func apply(_ event: EventView) {
        guard let id = event.resourceID else { return }
        let name = event.resourceName ?? ""
        switch event.kind {
        case "deployment.created": deployments[id] = "\(name) 1"
        case "deployment.updated": deployments[id] = "\(name) \(event.attributes["generation"] ?? "")"
        case "deployment.deleted": deployments[id] = nil
        case "config.created": configs[id] = "\(name) 1"
        case "config.updated": configs[id] = "\(name) \(event.attributes["version"] ?? "")"
        case "config.deleted": configs[id] = nil
        case "node.registered": nodes[id] = "\(name) open"
        case "node.availability_changed": nodes[id] = "\(name) \(event.attributes["availability"] ?? "")"
        case "node.deleted": nodes[id] = nil
        default: break
        }
    }

    @LoopActor private static func list<Item: Codable & Sendable>(
        _: Item.Type, _ name: String, _ programs: Programs
    ) async throws -> ([Item], EventID) {
        let answer = try await programs.ask(
            programs.operatorRequest(.get, "/api/v1/\(name)?limit=1000"))
        let page: Page<Item> = try JSONCoder.decode(Page<Item>.self, from: answer.body)
        guard page.nextCursor == nil,
            let place = answer.head.headers["x-fledx-event-id"].flatMap({ EventID($0) })
        else { throw Programs.Failure(description: "\(name): no whole list, or no place") }
        return (page.items, place)
    }
}
