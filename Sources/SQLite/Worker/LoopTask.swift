import EventLoop

/// The two places where this module starts a task of its own.
enum LoopTask {
    /// Runs `operation` to its end also when the caller is cancelled.
    ///
    /// For what must not be abandoned half-way: a thread that is using the connection, a commit on its way.
    @LoopActor
    static func uncancelled<Value: Sendable>(
        _ operation: @escaping @LoopActor () async throws -> Value
    ) async throws -> Value {
        let task = Task { @LoopActor in try await operation() }
        return try await task.value
    }

    /// Calls `body` on the loop soon, from any thread; for cancellation handlers.
    nonisolated static func start(_ body: @escaping @LoopActor () -> Void) {
        Task { @LoopActor in body() }
    }
}
