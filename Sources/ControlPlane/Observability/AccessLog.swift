import EventLoop
import HTTPServer
import Logging
import Model
import TLS

/// One set of counts for every answered request, and a log line for those that matter.
///
/// What failed inside or was slow is shown, the rest at `debug`; paths only, since queries may hold secrets.
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
        let level = Self.level(of: record)
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "request_id": "\(record.requestID)", "peer": "\(record.peer)",
            "route": "\(record.route ?? "-")", "duration_ms": "\(record.durationNanoseconds / 1_000_000)",
            "bytes_in": "\(record.requestBytes)", "bytes_out": "\(record.responseBytes)",
        ]
        if let client = record.client { metadata["client"] = "\(client)" }
        logger.log(
            level: level, "\(record.method?.name ?? "-") \(record.path) \(record.status.code)",
            metadata: metadata)
    }

    func handlerFailed(_ error: any Error, requestID: String) {
        failures.error(
            "a request failed inside: \(ErrorReport.render(error))", metadata: ["request_id": "\(requestID)"])
    }

    /// Strangers cause these at will, so they are counted and shown at `info` only.
    func tlsFailed(_ failure: TLSFailure, peer: String) {
        metrics.tlsFailed(failure.code)
        logger.info(
            "TLS: \(failure.detail)", metadata: ["peer": "\(peer)", "reason": "\(failure.code.rawValue)"])
    }

    static func level(of record: AccessRecord) -> Logger.Level {
        if record.status.code >= 500 { return .warning }
        return record.durationNanoseconds >= ControlPlaneLimits.slowNanoseconds && !mayWait(record)
            ? .info : .debug
    }

    /// A long poll or a stream takes long because it was asked to.
    private static func mayWait(_ record: AccessRecord) -> Bool {
        record.route?.hasSuffix("/desired-state") ?? false || record.route == "/api/v1/events"
    }
}
