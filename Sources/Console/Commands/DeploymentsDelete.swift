import ArgumentParser
import EventLoop
import Model

/// Deletes a deployment.
struct DeploymentsDelete: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a deployment; its containers are stopped and removed.",
        aliases: ["rm"])

    @Argument(help: "Name or id.") var deployment: String
    @Option(help: "Wait until its containers are gone, at most so many seconds; then the exit code is 1.")
    var wait: Int?
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let path = "/api/v1/deployments/\(Query.encoded(deployment))"
        guard let wait else {
            _ = try await session.send(.delete, path)
            session.terminal.write("deployment \(deployment) deleted; its containers are being stopped\n")
            return 0
        }
        let item: DeploymentDetail = try await session.fetch(.get, path)
        _ = try await session.send(.delete, path)
        for second in 0...max(0, wait) {
            if second > 0 { try await LoopActor.sleep(milliseconds: 1000) }
            guard try await !isGone(item, session) else {
                session.terminal.write("deployment \(deployment) deleted; its containers are gone\n")
                return 0
            }
        }
        session.terminal.remark("deployment \(deployment) deleted; after \(wait) s its containers still stop")
        return 1
    }

    /// Whether no node has a replica of it any more; a node that went away has none.
    @LoopActor private func isGone(_ item: DeploymentDetail, _ session: Session) async throws -> Bool {
        for node in Set(item.instances.compactMap(\.nodeID)) {
            do {
                let detail: NodeDetail = try await session.fetch(.get, "/api/v1/nodes/\(node)")
                if detail.instances.contains(where: { $0.deploymentID == item.deploymentID }) { return false }
            } catch let failure as ConsoleFailure {
                guard case .refused(status: 404) = failure.kind else { throw failure }
            }
        }
        return true
    }
}
