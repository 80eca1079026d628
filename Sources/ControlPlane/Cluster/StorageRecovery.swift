import ClusterCore
import EventLoop
import Logging
import Model
import SQLite

/// Brings the control plane back after a failed commit: core from disk, then probes until writing works again.
@LoopActor
final class StorageRecovery {
    private let host: ClusterHost
    private let logger: Logger
    private let gate = Gate()
    private let healed = Gate()
    private var failure: SQLiteFailure?
    /// Called when the store begins or ends to refuse changes; the reason, or nil.
    var onChange: (@LoopActor (String?) -> Void)?
    /// Called with every failed commit.
    var onFailure: (@LoopActor (SQLiteFailure) -> Void)?

    init(host: ClusterHost, logger: Logger) {
        self.host = host
        self.logger = logger
        host.store.worker.onFailure = { [weak self] failure in self?.commitFailed(failure) }
    }

    /// Waits for failures and heals them; throws when that is not possible in this process.
    func run() async throws {
        while true {
            try await gate.until { failure != nil }
            guard let failure = self.failure else { continue }
            self.failure = nil
            if failure.isCorrupt { throw StartFailure("the database is damaged", cause: failure) }
            try await heal()
        }
    }

    /// Returns once the store takes changes.
    func untilHealed() async throws {
        try await healed.until { host.storageFailure == nil }
    }

    private func commitFailed(_ failure: SQLiteFailure) {
        logger.error("a commit failed, changes are refused: \(ErrorReport.render(failure))")
        self.failure = failure
        onChange?(Refusal.reason(failure))
        onFailure?(failure)
        gate.changed()
    }

    private func heal() async throws {
        do {
            try await host.reload()
        } catch {
            throw StartFailure("the state could not be read again after a failed commit", cause: error)
        }
        while host.storageFailure != nil {
            do {
                try await host.store.worker.probe()
            } catch let problem as SQLiteFailure {
                logger.debug("the store still refuses to write: \(problem)")
                try await LoopActor.sleep(milliseconds: ControlPlaneLimits.probeMilliseconds)
            }
            // Another commit may have failed meanwhile; then the next round starts from its reload.
            if failure != nil { return }
        }
        logger.notice("the database can be written again")
        onChange?(nil)
        host.resume()
        healed.changed()
    }
}
