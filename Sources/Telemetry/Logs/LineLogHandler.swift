public import Logging

/// Turns events into lines for an output.
public struct LineLogHandler: LogHandler {
    /// Values added to every line.
    public var metadata: Logger.Metadata = [:]
    /// From which level on events come here; the filter's choice unless it is set.
    public var logLevel: Logger.Level
    /// Adds values that depend on where the event happens.
    public var metadataProvider: Logger.MetadataProvider?

    private let target: String
    private let output: LogOutput
    private let isOff: Bool

    /// Makes the handler of a target.
    public init(_ target: String, _ output: LogOutput) {
        self.target = target
        self.output = output
        switch output.filter.threshold(for: target) {
        case .off:
            logLevel = .critical
            isOff = true
        case .from(let level):
            logLevel = level
            isOff = false
        }
    }

    /// One value of every line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        guard !isOff else { return }
        var values = metadata
        if let provided = metadataProvider?.get() { values.merge(provided) { _, new in new } }
        if let own = event.metadata { values.merge(own) { _, new in new } }
        let line = LogLine(
            time: output.now(), level: event.level, target: target, message: "\(event.message)",
            error: event.error.map { "\($0)" }, values: values.sorted { $0.key < $1.key })
        switch output.format {
        case .text: output.sink(line.text())
        case .json: output.sink(line.json())
        }
    }
}
