internal import EventLoop

/// The bridge from actions to tasks: each runs on its own, all are ended together.
@LoopActor
final class ActionTasks {
    private(set) var isStopped = false
    private var running: [Int: Task<Void, Never>] = [:]
    private var next = 0
    private let finished = Gate()

    /// Starts a task; the machine bounds how many there are.
    func start(_ work: @escaping @LoopActor () async -> Void) {
        guard !isStopped else { return }
        let number = next
        next += 1
        running[number] = Task { @LoopActor in
            await work()
            self.running[number] = nil
            self.finished.changed()
        }
    }

    /// Cancels everything and waits until it has ended.
    func stop() async {
        isStopped = true
        for task in running.values { task.cancel() }
        try? await finished.until(deadlineMilliseconds: 5000, operation: "end actions") {
            self.running.isEmpty
        }
    }
}
