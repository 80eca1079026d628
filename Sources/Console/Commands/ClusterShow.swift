import ArgumentParser
import EventLoop
import Model

/// Shows the histories of the cluster, its brake, and the nodes that wait for a confirmation.
struct ClusterShow: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the history, the mass-loss brake, and the nodes that wait for a confirmation.")

    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.get, "/api/v1/cluster")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                ClusterText.status(try session.decode(answer), width: session.terminal.columns))
        }
        return 0
    }
}
