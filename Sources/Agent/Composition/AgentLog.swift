internal import Logging
internal import Model

/// The agent's logger.
enum AgentLog {
    static func make(jsonLines: Bool, environment: [String: String]) -> Logger {
        var log = Logger(label: "agent")
        log.logLevel = environment["FLEDX_LOG"].flatMap { Logger.Level(rawValue: $0) } ?? .info
        return log
    }
}
