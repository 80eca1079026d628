import ArgumentParser

/// Everything about what was used.
struct Usage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Look at what replicas used, by the minute.",
        subcommands: [UsageGet.self])
}
