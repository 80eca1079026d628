import EventLoop
import SQLite
import Telemetry

/// What goes wrong in the database, under the words operators already have alerts for.
@LoopActor
final class DatabaseMetrics {
    private let errors: Counter

    init(_ registry: MetricRegistry) {
        errors = registry.counter(
            "control_plane_db_errors_total", help: "Failures of the database.", labels: ["kind"])
        for kind in ["database", "io", "other"] { _ = errors.with([kind]) }
        let version = Double(Schema.newest)
        registry.gauge("control_plane_schema_version", help: "The schema of the database.").set(version)
        registry.gauge("control_plane_schema_target_version", help: "The schema this program works with.")
            .set(version)
        // It starts only once there is none.
        registry.gauge("control_plane_migrations_pending", help: "Schema changes that are not made yet.").set(
            0)
    }

    func failed(_ failure: SQLiteFailure) {
        switch failure.kind {
        case .full, .inputOutput, .cannotOpen, .readOnly: errors.increment(["io"])
        case .busy, .interrupted, .deadlineExceeded, .rowLimitExceeded, .storageBusy, .uniqueViolation,
            .foreignKeyViolation, .constraintViolation, .corrupt, .notADatabase, .misuse, .wrongType:
            errors.increment(["database"])
        default: errors.increment(["other"])
        }
    }
}
