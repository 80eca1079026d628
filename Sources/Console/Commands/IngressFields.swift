import ArgumentParser
import JSON

/// What an ingress route is, as flags.
struct IngressFields: ParsableArguments, Sendable {
    @Option(help: "The host clients ask for, also *.example.com; every host when left out.") var host: String?
    @Option(help: "The path its requests begin with; / when left out.") var path: String?
    @Option(help: "A deployment by name or id.") var deployment: String?
    @Option(help: "A TCP port that the deployment declares.") var port: Int?
    @Option(help: "The name of the certificate.") var tls: String?

    /// What is sent.
    var members: [JSONMember] {
        let texts = [("host", host), ("path_prefix", path), ("deployment", deployment), ("tls", tls)]
        var members = texts.compactMap { key, value in
            value.map { JSONMember(key: key, value: .string($0)) }
        }
        if let port { members.append(JSONMember(key: "container_port", value: .integer(port))) }
        return members
    }
}
