public import Logging
public import Model

/// Where log lines go, from which level on, in which form, and what time it is.
public struct LogOutput: Sendable {
    /// The forms of a line.
    public enum Format: Sendable {
        /// For terminals and journals: `time LEVEL target: message key=value`.
        case text
        /// One JSON object a line.
        case json
    }

    /// Which lines are wanted.
    public var filter: LogFilter
    /// The form.
    public var format: Format
    /// Takes one line with its line feed; called from whatever thread logs.
    public var sink: @Sendable ([UInt8]) -> Void
    /// Gives the time of a line.
    public var now: @Sendable () -> Timestamp

    /// Puts an output together.
    public init(
        filter: LogFilter, format: Format, sink: @escaping @Sendable ([UInt8]) -> Void,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.filter = filter
        self.format = format
        self.sink = sink
        self.now = now
    }

    /// A logger for a target, such as `fledx::agent`; give it to whoever logs.
    public func logger(_ target: String) -> Logger {
        Logger(label: target, factory: { handler($0) })
    }

    /// The handler of a target, for `LoggingSystem.bootstrap`.
    public func handler(_ target: String) -> any LogHandler { LineLogHandler(target, self) }
}
