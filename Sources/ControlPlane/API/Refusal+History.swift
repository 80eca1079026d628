import Model
import SQLite

extension Refusal {
    /// A read of history that did not end well, whatever ended it.
    static func history(_ error: any Error) -> Refusal {
        if let failure = error as? SQLiteFailure { return .history(failure) }
        return Refusal(
            .serviceUnavailable, "storage_unavailable",
            "the history cannot be read at present; try again",
            headers: [("retry-after", "\(ControlPlaneLimits.storageRetrySeconds)")])
    }
}
