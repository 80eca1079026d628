import ArgumentParser
import EventLoop
import JSON
import Model

/// Changes an ingress route.
struct IngressSet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change an ingress route; what is left out stays.", aliases: ["update"])

    @Argument(help: "Id.") var route: String
    @OptionGroup var fields: IngressFields
    @Flag(help: "Serve it without TLS from now on.") var withoutTLS = false
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if withoutTLS, fields.tls != nil {
            throw ValidationError("--tls and --without-tls exclude each other")
        }
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let members = fields.members + (withoutTLS ? [JSONMember(key: "tls", value: .null)] : [])
        let answer = try await session.send(
            .put, "/api/v1/ingress-routes/\(Query.encoded(route))", body: JSONNode.object(members).encoded())
        try session.printRoute(answer, "set", json: json)
        return 0
    }
}
