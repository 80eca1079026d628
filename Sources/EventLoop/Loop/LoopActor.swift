/// The actor of everything that lives on the event loop's thread.
@globalActor
public actor LoopActor {
    /// The only instance.
    public static let shared = LoopActor()

    /// Jobs run on the loop's thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        LoopExecutor.shared.asUnownedSerialExecutor()
    }

    /// Calls `body` on the loop from code the compiler cannot place, such as a C callback; checked.
    ///
    /// `body` must not capture: then nothing is allocated.
    public static func enter<Argument, Result>(
        _ argument: Argument, _ body: @LoopActor (Argument) -> Result
    ) -> Result {
        shared.preconditionIsolated()
        return unsafeEnter(argument, body)
    }

    /// As `enter`, checked in debug builds only; for hot callbacks of this loop.
    public static func unsafeEnter<Argument, Result>(
        _ argument: Argument, _ body: @LoopActor (Argument) -> Result
    ) -> Result {
        assert(LoopExecutor.shared.onLoop)
        return withoutActuallyEscaping(body) {
            unsafeBitCast($0, to: ((Argument) -> Result).self)(argument)
        }
    }

    /// Lets the loop poll once before going on.
    @LoopActor
    public static func pass() async {
        let timer = Timer()
        await withUnsafeContinuation { continuation in
            timer.start(afterMilliseconds: 0) { continuation.resume() }
        }
        timer.close()
        await timer.closed()
    }

    /// Waits without blocking; throws `CancellationError` as soon as the task is cancelled.
    @LoopActor
    public static func sleep(milliseconds: Int64) async throws {
        let over = OneShot<Void>()
        let timer = Timer()
        defer { timer.close() }
        timer.start(afterMilliseconds: milliseconds) { over.succeed(()) }
        try await over.wait()
    }
}
