import ArgumentParser
import EventLoop
import Model

/// Releases the mass-loss brake.
struct ReachabilityResume: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Accept that the missing nodes are lost: their replicas move although there are many.")

    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let answer = try await session.send(.post, "/api/v1/reachability/resume")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                ClusterText.brake((try session.decode(answer) as ClusterStatus).brake) + "\n")
        }
        return 0
    }
}
