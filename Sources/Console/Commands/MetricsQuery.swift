import ArgumentParser
import EventLoop
import Model

/// Shows what replicas use now.
struct MetricsQuery: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Show what the replicas of a node or a deployment use now.",
        discussion: """
              fledx metrics query web
              fledx metrics query --node edge-1
            Shows the newest sample of every replica; NET and BLOCK are bytes since the sample before.
            With --samples every kept sample of a deployment is shown, oldest first.
            """)

    @OptionGroup var subject: UsageSubject
    @Flag(help: "Show every kept sample, not only the newest.") var samples = false
    @Flag(help: "Print the control plane's answers as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (subject.node == nil) != (subject.name == nil) else {
            throw ValidationError("give either a deployment or --node NODE")
        }
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        if let deployment = subject.name {
            let answer = try await subject.explaining { try await session.send(.get, Self.path(deployment)) }
            if json {
                try session.printJSON(answer)
            } else {
                let metrics: DeploymentMetrics = try session.decode(answer)
                session.terminal.write(
                    UsageText.samples(
                        [metrics], all: samples, now: session.now, width: session.terminal.columns))
            }
            return 0
        }
        return try await show(subject.node ?? "", session)
    }

    /// A node's replicas belong to several deployments: each is asked for, and what runs elsewhere is left out.
    @LoopActor private func show(_ node: String, _ session: Session) async throws -> Int32 {
        let detail: NodeDetail = try await session.fetch(.get, "/api/v1/nodes/\(Query.encoded(node))")
        var found: [DeploymentMetrics] = []
        var listed: Set<DeploymentID> = []
        for instance in detail.instances where listed.insert(instance.deploymentID).inserted {
            let answer = try await session.send(.get, Self.path("\(instance.deploymentID)"))
            if json { try session.printJSON(answer) }
            var metrics: DeploymentMetrics = try session.decode(answer)
            metrics.replicas.removeAll { $0.nodeID != detail.summary.nodeID }
            found.append(metrics)
        }
        guard !json else { return 0 }
        session.terminal.write(
            UsageText.node(detail, now: session.now)
                + UsageText.samples(found, all: samples, now: session.now, width: session.terminal.columns))
        return 0
    }

    private static func path(_ deployment: String) -> String {
        "/api/v1/deployments/\(Query.encoded(deployment))/metrics"
    }
}
