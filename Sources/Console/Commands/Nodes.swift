import ArgumentParser

/// Everything about nodes.
struct Nodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes",
        abstract: "Register, look at, ask, cordon, drain, label, rename and delete nodes.",
        subcommands: [
            NodesRegister.self, NodesList.self, NodesGet.self, NodesCordon.self, NodesUncordon.self,
            NodesDrain.self, NodesLabel.self, NodesRename.self, NodesDelete.self, NodesTokens.self,
            NodesAgent.self,
            NodesMetrics.self,
        ])
}
