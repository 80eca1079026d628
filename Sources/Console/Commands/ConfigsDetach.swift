import ArgumentParser
import EventLoop

/// Takes a config from deployments and nodes.
struct ConfigsDetach: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "detach",
        abstract: "Take a config from deployments or nodes; their replicas are updated.")

    @Argument(help: "Name or id.") var config: String
    @OptionGroup var targets: ConfigTargets
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        try await session.setAttachments(of: config, targets, isAttached: false)
        return 0
    }
}
