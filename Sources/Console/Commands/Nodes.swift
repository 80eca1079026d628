import ArgumentParser

/// Everything about nodes.
struct Nodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register, list and look at nodes.",
        subcommands: [NodesRegister.self, NodesList.self, NodesGet.self, NodesDelete.self])
}
