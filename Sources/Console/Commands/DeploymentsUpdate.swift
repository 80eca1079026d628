import ArgumentParser
import EventLoop
import JSON
import Model

/// Changes a deployment.
struct DeploymentsUpdate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change what is declared; what is not named stays.",
        discussion: "Lists and maps are replaced as a whole; --clear-… empties them.")

    @Argument(help: "Name or id.") var deployment: String
    @Option(help: "New name.") var name: String?
    @Option(help: "New image reference.") var image: String?
    @OptionGroup var fields: SpecFields
    @OptionGroup var clearing: ClearFields
    @Option(help: "Only if the declaration still has this generation.") var ifGeneration: UInt64?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

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
        guard !members.isEmpty else {
            throw ConsoleFailure(
                .usage, "nothing to change", hint: "fledx deployments update --help lists what can")
        }
        let path = "/api/v1/deployments/\(Query.encoded(deployment))"
        let former = try await session.send(.get, path)
        let before: DeploymentDetail = try session.decode(former)
        if let ifGeneration, ifGeneration != before.generation { throw stale(before.generation) }
        let patch = Self.replacement(members, try JSONNode.parse(former)).encoded()
        let answer = try await send(patch, session, path)
        if json {
            try session.printJSON(answer)
            return 0
        }
        let item: DeploymentDetail = try session.decode(answer)
        session.terminal.write(DeploymentText.update(item, Self.verb(from: before, to: item)))
        return 0
    }

    /// Whether anything came of it.
    static func verb(from before: DeploymentDetail, to after: DeploymentDetail) -> String {
        before.spec == after.spec && before.generation == after.generation ? "unchanged" : "updated"
    }

    @LoopActor private func send(_ patch: [UInt8], _ session: Session, _ path: String) async throws -> [UInt8]
    {
        do {
            let headers = ifGeneration.map { [("if-match", "\"\($0)\"")] } ?? []
            return try await session.send(.patch, path, body: patch, headers: headers)
        } catch let failure as ConsoleFailure {
            guard case .refused(status: 412) = failure.kind else { throw failure }
            throw stale(nil)
        }
    }

    /// The declaration is not the one the operator looked at.
    func stale(_ generation: UInt64?) -> ConsoleFailure {
        let now =
            generation.map { "has generation \($0)" } ?? "was changed meanwhile and has another generation"
        return ConsoleFailure(
            .failed,
            "deployment \(deployment) \(now), --if-generation says \(ifGeneration ?? 0); nothing was changed",
            hint: "look at it with fledx deployments status \(deployment), then repeat with its generation")
    }

    /// The merge patch, with a null for every key of `env` and `labels` that is declared now and not named:
    /// a map in a merge patch keeps the keys it does not name.
    static func replacement(_ members: [JSONMember], _ current: JSONNode) -> JSONNode {
        .object(
            members.map { member in
                if member.key == "health" { return replaced(member) }
                guard ["env", "labels"].contains(member.key), let wished = member.value.objectValue else {
                    return member
                }
                let named = Set(wished.map(\.key))
                let gone = (current[member.key]?.objectValue ?? []).filter { !named.contains($0.key) }
                let nulls = gone.map { JSONMember(key: $0.key, value: .null) }
                return JSONMember(key: member.key, value: .object(wished + nulls))
            })
    }

    /// One probe takes the place of all that were declared.
    private static func replaced(_ health: JSONMember) -> JSONMember {
        let probes = (health.value.objectValue ?? []).map { probe in
            JSONMember(key: probe.key, value: completed(probe.value, HealthFields.probeKeys))
        }
        return JSONMember(
            key: health.key, value: completed(.object(probes), ["liveness", "readiness", "startup"]))
    }

    /// An object with nulls for what it does not name.
    private static func completed(_ node: JSONNode, _ keys: [String]) -> JSONNode {
        let named = node.objectValue ?? []
        let others = keys.filter { key in !named.contains { $0.key == key } }
        return .object(named + others.map { JSONMember(key: $0, value: .null) })
    }
}

/// What `update` empties.
struct ClearFields: ParsableArguments, Sendable {
    @Flag(help: "Use the image's own command.") var clearCommand = false
    @Flag(help: "Use the image's own entrypoint.") var clearEntrypoint = false
    @Flag(help: "Use the image's own user.") var clearUser = false
    @Flag(help: "Use the container's own host name.") var clearHostname = false
    @Flag(help: "Use the image's own working directory.") var clearWorkingDir = false
    @Flag(help: "Remove all environment variables.") var clearEnv = false
    @Flag(help: "Remove all labels.") var clearLabels = false
    @Flag(help: "Remove all ports.") var clearPorts = false
    @Flag(help: "Remove all constraints.") var clearConstraints = false
    @Flag(help: "Remove all placement hints.") var clearPlacement = false
    @Flag(help: "Use the default rollout strategy.") var clearStrategy = false
    @Flag(help: "Remove all resource limits.") var clearResources = false
    @OptionGroup var surroundings: ClearContainerFields

    var keys: [String] {
        var keys: [String] = []
        if clearCommand { keys.append("command") }
        if clearEntrypoint { keys.append("entrypoint") }
        if clearUser { keys.append("user") }
        if clearHostname { keys.append("hostname") }
        if clearWorkingDir { keys.append("working_dir") }
        if clearEnv { keys.append("env") }
        if clearLabels { keys.append("labels") }
        if clearPorts { keys.append("ports") }
        if clearConstraints { keys.append("constraints") }
        if clearPlacement { keys.append("placement") }
        if clearStrategy { keys.append("strategy") }
        if clearResources { keys.append("resources") }
        return keys + surroundings.keys
    }
}
