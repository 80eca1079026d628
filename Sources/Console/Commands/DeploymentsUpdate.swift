import ArgumentParser
import EventLoop
import JSON
import Model

/// Changes a deployment.
struct DeploymentsUpdate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change what is declared; what is not named stays.",
        discussion: "Lists and maps are replaced as a whole; --clear-… empties them.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var fields: SpecFields
    @OptionGroup var clearing: ClearFields
    @Argument(help: "Name or id.") var deployment: String
    @Option(help: "New name.") var name: String?
    @Option(help: "New image reference.") var image: String?
    @Option(help: "Only if the declaration still has this generation.") var ifGeneration: UInt64?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        var members = try fields.members()
        if let name { members.append(JSONMember(key: "name", value: .string(name))) }
        if let image { members.append(JSONMember(key: "image", value: .string(image))) }
        for key in clearing.keys {
            guard !members.contains(where: { $0.key == key }) else {
                throw ConsoleFailure(.usage, "\(key) is both set and cleared")
            }
            members.append(JSONMember(key: key, value: .null))
        }
        // A map in a merge patch keeps the keys it does not name, so the old map goes first.
        guard !members.isEmpty else {
            throw ConsoleFailure(
                .usage, "nothing to change", hint: "fledx deployments update --help lists what can")
        }
        let path = "/api/v1/deployments/\(Query.encoded(deployment))"
        let replacing = try await replacement(members, session, path)
        let headers = ifGeneration.map { [("if-match", "\"\($0)\"")] } ?? []
        let answer = try await session.send(.patch, path, body: replacing, headers: headers)
        if json {
            try session.printJSON(answer)
            return 0
        }
        let item: DeploymentDetail = try session.decode(answer)
        session.terminal.write(
            "deployment \(item.spec.name) updated; generation \(item.generation), "
                + "\(item.replicasReady)/\(item.replicasDesired) ready\n")
        return 0
    }

    /// The merge patch, with a null for every key of `env` and `labels` that is declared now and not named.
    @LoopActor private func replacement(
        _ members: [JSONMember], _ session: Session, _ path: String
    ) async throws -> [UInt8] {
        let maps = ["env", "labels"]
        guard members.contains(where: { maps.contains($0.key) && !$0.value.isNull }) else {
            return JSONNode.object(members).encoded()
        }
        let current = try JSONNode.parse(try await session.send(.get, path))
        let patched = members.map { member -> JSONMember in
            guard maps.contains(member.key), let wished = member.value.objectValue else { return member }
            let named = Set(wished.map(\.key))
            let gone = (current[member.key]?.objectValue ?? []).filter { !named.contains($0.key) }
            return JSONMember(
                key: member.key, value: .object(wished + gone.map { JSONMember(key: $0.key, value: .null) }))
        }
        return JSONNode.object(patched).encoded()
    }
}

/// What `update` empties.
struct ClearFields: ParsableArguments, Sendable {
    @Flag(help: "Use the image's own command.") var clearCommand = false
    @Flag(help: "Remove all environment variables.") var clearEnv = false
    @Flag(help: "Remove all labels.") var clearLabels = false
    @Flag(help: "Remove all ports.") var clearPorts = false
    @Flag(help: "Remove all constraints.") var clearConstraints = false
    @Flag(help: "Remove all placement hints.") var clearPlacement = false
    @Flag(help: "Use the default rollout strategy.") var clearStrategy = false
    @Flag(help: "Remove all resource limits.") var clearResources = false

    var keys: [String] {
        var keys: [String] = []
        if clearCommand { keys.append("command") }
        if clearEnv { keys.append("env") }
        if clearLabels { keys.append("labels") }
        if clearPorts { keys.append("ports") }
        if clearConstraints { keys.append("constraints") }
        if clearPlacement { keys.append("placement") }
        if clearStrategy { keys.append("strategy") }
        if clearResources { keys.append("resources") }
        return keys
    }
}
