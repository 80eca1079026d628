import ArgumentParser
import EventLoop
import HTTPClient
import Model

/// What a config is given to, as flags.
struct ConfigTargets: ParsableArguments, Sendable {
    @Option(name: .customLong("deployment"), help: "A deployment by name or id. Repeatable.")
    var deployments: [String] = []
    @Option(name: .customLong("node"), help: "A node by name or id. Repeatable.") var nodes: [String] = []

    func validate() throws {
        if deployments.isEmpty, nodes.isEmpty { throw ValidationError("write --deployment or --node") }
    }

    /// The ends of the paths, and the words for people.
    var places: [(path: String, words: String)] {
        deployments.map { ("deployments/\(Query.encoded($0))", "deployment \($0)") }
            + nodes.map { ("nodes/\(Query.encoded($0))", "node \($0)") }
    }
}

extension Session {
    /// Gives a config to each target, or takes it away.
    func setAttachments(of config: String, _ targets: ConfigTargets, isAttached: Bool) async throws {
        let path = "/api/v1/configs/\(Query.encoded(config))"
        for place in targets.places {
            _ = try await send(isAttached ? .post : .delete, "\(path)/\(place.path)")
            terminal.write(
                "config \(config) \(isAttached ? "attached to" : "detached from") \(place.words)\n")
        }
    }
}
