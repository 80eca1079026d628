import ArgumentParser
import Model

/// The root of all commands.
struct Fledx: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fledx", abstract: "Runs containers on machines that are far away.",
        discussion: """
            Set FLEDX_CLI_CONTROL_PLANE_URL and FLEDX_CLI_OPERATOR_TOKEN once, then for example:
              fledx deployments create --name web --image nginx --port 80
              fledx deployments status web --watch
              fledx deployments create --name job --image busybox -- sh -c "sleep 100"
            Exit codes: 0 done, 1 failed or not reached, 2 wrong command line; 'deployments exec' has the command's.
            """,
        version: "fledx \(Version.told)",
        subcommands: [
            Apply.self, Deployments.self, Configs.self, RegistryCredentials.self, Ingress.self, Nodes.self,
            ClusterCommands.self, Reachability.self, Metrics.self, Usage.self,
            Relay.self, Backup.self, Tokens.self, Audit.self, Events.self, Health.self,
        ])

    @OptionGroup var global: GlobalOptions
}
