import EventLoop

/// The one place where this module starts a task: a handler that has to wait, or the writer of a stream.
@LoopActor
enum HandlerTask {
    /// Runs `work` and hands its result over, on the loop.
    static func start<Value: Sendable>(
        _ work: @escaping @LoopActor () async throws -> Value,
        then: @escaping @LoopActor (Result<Value, any Error>) -> Void
    ) -> Task<Void, Never> {
        Task { @LoopActor in
            do {
                let value = try await work()
                then(.success(value))
            } catch {
                then(.failure(error))
            }
        }
    }
}
