import ArgumentParser

/// Everything about the cluster as a whole.
struct ClusterCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Look at the cluster's history, and confirm it after a restore.",
        subcommands: [ClusterShow.self, ClusterConfirm.self])
}
