import ClusterCore
import EventLoop
import Model
import SQLite

/// A minute is either counted here or stored, never both or neither, for as long as a read runs.
extension UsageService: ReadHold {
    /// What is counted and not stored; as long as a read holds it, exactly what that read does not find on disk.
    func waitingMinutes(_ query: UsageQuery) -> [UsageBucket] {
        (ledger.openMinutes(where: query.takes) + unsent).filter(query.takes)
    }

    /// Waits until no minute is on its way to disk, and keeps them from going there until `letGo`.
    func hold(deadlineMilliseconds: Int64) async throws {
        waitingReads += 1
        defer { waitingReads -= 1 }
        let begun = EventLoop.hrtimeNanoseconds
        var left: Int64 {
            deadlineMilliseconds - Int64((EventLoop.hrtimeNanoseconds - begun) / 1_000_000)
        }
        var awaited: UInt64
        repeat {
            try await gate.until(deadlineMilliseconds: left, operation: "wait for minutes of use") {
                !wantsToSubmit
            }
            awaited = lastSubmission
            try await host.store.worker.telemetryEnded(through: awaited, deadlineMilliseconds: left)
        } while wantsToSubmit || awaited != lastSubmission
        runningReads += 1
    }

    func letGo() {
        runningReads -= 1
        gate.changed()
    }

    /// Waits for the reads that run, each of which has a deadline; those that come later wait for `submit`.
    ///
    /// - Returns: Whether it was called; not when a read still runs long after its time.
    func betweenReads(
        deadlineMilliseconds: Int64 = ControlPlaneLimits.readsEndMilliseconds, _ submit: @LoopActor () -> Void
    ) async throws -> Bool {
        wantsToSubmit = true
        defer {
            wantsToSubmit = false
            gate.changed()
        }
        do {
            try await gate.until(
                deadlineMilliseconds: deadlineMilliseconds, operation: "wait for reads of use"
            ) { runningReads == 0 }
        } catch let failure as LoopFailure where failure.code == .deadline {
            return false
        }
        submit()
        return true
    }
}
