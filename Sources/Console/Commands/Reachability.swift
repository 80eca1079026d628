import ArgumentParser

/// What the control plane does about nodes it does not hear.
struct Reachability: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reachability", abstract: "Let replicas move again after many nodes were lost at once.",
        subcommands: [ReachabilityResume.self])
}
