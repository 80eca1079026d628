internal import EventLoop
internal import NodeCore

/// The bridge from actions to tasks: each runs on its own, all are ended together.
@LoopActor
final class ActionTasks {
    private(set) var isStopped = false
    private var running: [ActionID: Task<Void, Never>] = [:]
    private let finished = Gate()

    /// Starts a task; the machine bounds how many there are.
    func start(_ id: ActionID, _ work: @escaping @LoopActor () async -> Void) {
        guard !isStopped else { return }
        running[id] = Task { @LoopActor in
            await work()
            self.running[id] = nil
            self.finished.changed()
        }
    }

    /// Cancels one; it still ends by itself.
    func cancel(_ id: ActionID) { running[id]?.cancel() }

    /// Cancels everything and waits until it has ended; false when that took too long.
    func stop(withinMilliseconds patience: Int64) async -> Bool {
        isStopped = true
        for task in running.values { task.cancel() }
        do {
            try await finished.until(
                deadlineMilliseconds: patience, operation: "end actions"
            ) {
                self.running.isEmpty
            }
            return true
        } catch {
            return false
        }
    }
}
