import ArgumentParser
import EventLoop
import Model

/// Shows which requests the control plane answers most.
struct MetricsSummaryCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Show which requests the control plane answered most lately.",
        aliases: ["show"])

    @Option(help: "The most kinds of requests to show.") var limit: Int?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        var query = Query()
        query.add("limit", limit.map { "\($0)" })
        let answer = try await session.send(.get, "/api/v1/metrics/summary\(query.text)")
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                UsageText.summary(try session.decode(answer), width: session.terminal.columns))
        }
        return 0
    }
}
