import EventLoop
import HTTPServer
import Logging
import Model

/// One log line and one set of counts for every answered request; paths only, since queries may hold secrets.
@LoopActor
final class AccessLog {
    private let metrics: ControlPlaneMetrics
    private let logger: Logger
    private let failures: Logger

    init(metrics: ControlPlaneMetrics, logger: Logger, failures: Logger) {
        self.metrics = metrics
        self.logger = logger
        self.failures = failures
    }

    func record(_ record: AccessRecord) {
        metrics.answered(record)
        let level: Logger.Level = record.status.code >= 500 ? .warning : isRoutine(record) ? .debug : .info
        guard logger.logLevel <= level else { return }
        logger.log(
            level: level, "\(record.method?.name ?? "-") \(record.path) \(record.status.code)",
            metadata: [
                "request_id": "\(record.requestID)", "peer": "\(record.peer)",
                "route": "\(record.route ?? "-")", "duration_ms": "\(record.durationNanoseconds / 1_000_000)",
                "bytes_in": "\(record.requestBytes)", "bytes_out": "\(record.responseBytes)",
            ])
    }

    func handlerFailed(_ error: any Error, requestID: String) {
        failures.error(
            "a request failed inside: \(ErrorReport.render(error))", metadata: ["request_id": "\(requestID)"])
    }

    /// What agents and supervisors ask all the time.
    private func isRoutine(_ record: AccessRecord) -> Bool {
        guard record.status.code < 400, let route = record.route else { return false }
        return route.hasSuffix("/heartbeats") || route.hasSuffix("/desired-state") || route == "/metrics"
            || route == "/livez" || route == "/readyz" || route == "/health"
    }
}
