internal import EventLoop
internal import Logging
internal import Model
internal import Telemetry

/// The agent's logger: lines to standard error, chosen by `FLEDX_LOG`, else `RUST_LOG`.
enum AgentLog {
    /// The target of every line.
    static let target = "fledx::agent"

    /// Text for people on a terminal, JSON lines for everything else.
    static func make(jsonLines: Bool, environment: [String: String]) -> Logger {
        let key = environment["FLEDX_LOG"]?.isEmpty == false ? "FLEDX_LOG" : "RUST_LOG"
        let filter = LogFilter(parsing: environment[key] ?? "")
        let output = LogOutput(
            filter: filter, format: jsonLines || !StandardIO.isTerminal(.error) ? .json : .text,
            sink: { StandardIO.write($0, to: .error) }, now: { SystemTimeSource().now().wall })
        return output.logger(target)
    }
}
