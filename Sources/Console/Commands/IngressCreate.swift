import ArgumentParser
import EventLoop
import JSON
import Model

/// Declares an ingress route.
struct IngressCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Declare an ingress route; one host and path has one.")

    @OptionGroup var fields: IngressFields
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let body = JSONNode.object(fields.members).encoded()
        let answer = try await session.send(.post, "/api/v1/ingress-routes", body: body)
        try session.printRoute(answer, "created", json: json)
        return 0
    }
}

extension Session {
    /// Tells of a route that was declared, and what stands in its way.
    func printRoute(_ answer: [UInt8], _ verb: String, json: Bool) throws {
        if json { return try printJSON(answer) }
        let route: IngressRouteView = try decode(answer)
        terminal.write("ingress route \(IngressText.name(route)) \(verb) (\(route.routeID))\n")
        for condition in route.conditions { terminal.remark("  \(condition.type): \(condition.message)") }
    }
}
