import ArgumentParser

/// Everything about deployments.
struct Deployments: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deployments", abstract: "Declare, change and watch deployments.",
        subcommands: [
            DeploymentsCreate.self, DeploymentsList.self, DeploymentsStatus.self, DeploymentsUpdate.self,
            DeploymentsRestart.self, DeploymentsRollback.self, DeploymentsPause.self, DeploymentsResume.self,
            DeploymentsRevisions.self, DeploymentsDelete.self, DeploymentsLogs.self, DeploymentsExec.self,
            DeploymentsPortForward.self,
        ])
}
