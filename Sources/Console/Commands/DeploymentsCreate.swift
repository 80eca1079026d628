import ArgumentParser
import EventLoop
import JSON
import Model

/// Declares a deployment.
struct DeploymentsCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Declare a deployment and place its replicas.",
        discussion: """
            Everything behind -- is the command, with flags of its own:
              fledx deployments create --name web --image nginx --replicas 2 --port 80
              fledx deployments create --name job --image busybox -- sh -c "sleep 100"
            """)

    @Option(help: "Unique name: lower-case letters, digits, inner hyphens.") var name: String
    @Option(help: "Image reference.") var image: String
    @OptionGroup var fields: SpecFields
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        var members = try fields.members()
        members.insert(JSONMember(key: "image", value: .string(image)), at: 0)
        members.insert(JSONMember(key: "name", value: .string(name)), at: 0)
        let body = JSONNode.object(members).encoded()
        let answer = try await session.send(.post, "/api/v1/deployments", body: body)
        if json {
            try session.printJSON(answer)
            return 0
        }
        let created: DeploymentCreated = try session.decode(answer)
        let placed = created.assignedNodeIDs.count
        session.terminal.write(
            "deployment \(name) created (\(created.deploymentID)); \(Words.replicas(placed)) placed\n")
        if created.unplacedReplicas > 0 {
            session.terminal.remark("\(Words.replicas(created.unplacedReplicas)) without a node:")
            var told: Set<String> = []
            for reason in created.unplacedReasons where told.insert(reason).inserted {
                session.terminal.remark("  \(reason)")
            }
        }
        return 0
    }
}
