import EventLoop
import Logging
import Model
import Telemetry

/// How the program logs: text for people at a terminal, JSON lines for everything else.
enum LogSetup {
    /// Makes the loggers of the program; lines go to standard error, so that output stays for answers.
    static func loggers(filter: String, forceJSON: Bool) -> @Sendable (String) -> Logger {
        let clock = SystemTimeSource()
        let isJSON = forceJSON || !StandardIO.isTerminal(.error)
        let output = LogOutput(
            filter: LogFilter(parsing: filter), format: isJSON ? .json : .text,
            sink: { StandardIO.write($0, to: .error) }, now: { clock.now().wall })
        return { output.logger($0) }
    }
}
