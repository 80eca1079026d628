import ArgumentParser
import EventLoop

/// Gives a config to deployments and nodes.
struct ConfigsAttach: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Give a config to deployments or nodes; their replicas are updated.")

    @Argument(help: "Name or id.") var config: String
    @OptionGroup var targets: ConfigTargets
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        try await session.setAttachments(of: config, targets, isAttached: true)
        return 0
    }
}
