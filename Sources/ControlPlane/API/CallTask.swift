import EventLoop

/// The one place where a call that has to wait becomes a task.
@LoopActor
enum CallTask {
    /// Runs `work` on the loop; the call that started it cancels it when nobody waits any more.
    static func start(_ work: @escaping @LoopActor () async -> Void) -> Task<Void, Never> {
        Task { @LoopActor in await work() }
    }
}
