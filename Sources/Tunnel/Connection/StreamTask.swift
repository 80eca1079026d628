public import EventLoop
internal import HTTP2

/// The one place where a stream of a tunnel becomes a task.
@LoopActor
public enum StreamTask {
    /// Runs a stream's handler; the stream's end cancels it, and its failure resets the stream.
    public static func serve(
        _ stream: TunnelStream, _ work: @escaping @LoopActor () async throws -> Void
    ) {
        let task = Task { @LoopActor in
            do { try await work() } catch { stream.reset(.internalError) }
        }
        guard !stream.isOver else { return task.cancel() }
        stream.onClosed = { task.cancel() }
    }

    /// Runs something that its owner cancels.
    public static func start(_ work: @escaping @LoopActor () async -> Void) -> Task<Void, Never> {
        Task { @LoopActor in await work() }
    }
}
