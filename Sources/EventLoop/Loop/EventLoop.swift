internal import CUV
internal import Glibc
public import Model

/// Starts the loop and tells its time.
public enum EventLoop {
    /// Runs a daemon on the calling thread and ends the process with the code `body` returns.
    ///
    /// Call it first in the program, outside any actor. `threadPoolSize` bounds libuv's workers; `savesMemory`
    /// gives free memory back soon, which costs a busy program time. `exit` would wait for a worker that hangs in a
    /// call of the system, so with a job in flight the process ends without it.
    public static func runMain(
        threadPoolSize: Int = 1, savesMemory: Bool = false, _ body: @escaping @LoopActor () async -> Int32
    ) -> Never {
        prepareProcess(threadPoolSize: threadPoolSize)
        if savesMemory { saveMemory() }
        LoopExecutor.shared.adopt(.everything)
        Task { @LoopActor in
            exitCode = await body()
            LoopExecutor.shared.stop()
        }
        LoopExecutor.shared.run()
        LoopActor.unsafeEnter(()) { BlockingPool.jobsInFlight > 0 ? exitNow(exitCode) : exit(exitCode) }
    }

    /// Runs the loop on a thread of its own, once; for programs whose main thread belongs to somebody else (tests).
    public static func startInBackground(threadPoolSize: Int = 4) { _ = background(threadPoolSize) }

    /// Ends the process without waiting for anything.
    public static func exitNow(_ code: Int32) -> Never { _exit(code) }

    /// The loop's time at the start of this turn.
    @LoopActor public static var now: MonotonicInstant {
        MonotonicInstant(milliseconds: Int64(uv_now(LoopExecutor.shared.loop)))
    }

    /// The clock under `now`, read at once, in nanoseconds; from any thread.
    public static var hrtimeNanoseconds: UInt64 { uv_hrtime() }

    /// Runs `body` in this turn, after the caller has returned to the loop.
    @LoopActor public static func later(_ body: @escaping @LoopActor () -> Void) {
        LoopExecutor.shared.later(body)
    }

    /// Runs `body` after the loop has polled once more, behind what that brought: whoever came meanwhile goes first.
    @LoopActor public static func inNextTurn(_ body: @escaping @LoopActor () -> Void) {
        LoopExecutor.shared.inNextTurn(body)
    }

    /// The number of the loop's turn; it grows with every poll.
    @LoopActor public static var turn: Int { LoopExecutor.shared.turn }

    /// Keeps freed memory at hand while much is carried, where a program else gives it back at once: the kernel clears
    /// every page that it hands out, which costs more than what is carried in it.
    @LoopActor public static func beganCarrying() {
        carriers += 1
        guard carriers == 1, savesMemory else { return }
        mallopt(M_MMAP_THRESHOLD, EventLoopLimits.carryingHeapBytes)
        mallopt(M_TRIM_THRESHOLD, EventLoopLimits.carryingHeapBytes)
        mallopt(M_TOP_PAD, EventLoopLimits.carryingHeapBytes / 8)
    }

    /// Undoes one `beganCarrying()`; with the last one what is free goes back.
    @LoopActor public static func endedCarrying() {
        carriers -= 1
        guard carriers == 0, savesMemory else { return }
        saveMemory()
        malloc_trim(EventLoopLimits.spareHeapTrimBytes)
    }

    /// Gives back what is free between what is used, and what the stack no longer reaches, in a program that saves memory.
    ///
    /// glibc by itself gives back the heap's end only; after a burst most of what is free lies before it.
    @LoopActor public static func giveBackMemory() {
        guard carriers == 0, savesMemory else { return }
        malloc_trim(EventLoopLimits.spareHeapTrimBytes)
        cuv_give_back_stack(EventLoopLimits.stackPages)
    }

    @LoopActor private static var carriers = 0
    // Safety: set before the loop runs, read on its thread.
    private nonisolated(unsafe) static var savesMemory = false
    @LoopActor private static var exitCode: Int32 = 0

    private static func prepareProcess(threadPoolSize: Int) {
        _ = SystemInfo.environment
        setenv("UV_THREADPOOL_SIZE", String(threadPoolSize), 1)
        mallopt(M_ARENA_MAX, 1)
        signal(SIGPIPE, SIG_IGN)
        unblockSignals()
    }

    /// By itself glibc takes 128 KiB at a time and keeps as much at the heap's end, most of it used only once; and
    /// large buffers, which live shortly or are hardly used, leave holes in the heap.
    private static func saveMemory() {
        savesMemory = true
        mallopt(M_TRIM_THRESHOLD, EventLoopLimits.spareHeapBytes)
        mallopt(M_TOP_PAD, EventLoopLimits.spareHeapBytes)
        mallopt(M_MMAP_THRESHOLD, EventLoopLimits.largeBufferBytes)
    }

    /// A parent may hand down a mask that keeps SIGTERM away; a daemon that cannot be asked to end is no daemon.
    private static func unblockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        sigprocmask(SIG_UNBLOCK, &all, nil)
    }

    private static func background(_ threadPoolSize: Int) -> Bool {
        enum Once {
            static let started: Bool = {
                signal(SIGPIPE, SIG_IGN)
                var thread = pthread_t()
                return pthread_create(&thread, nil, backgroundThread, nil) == 0
            }()
        }
        setenv("UV_THREADPOOL_SIZE", String(threadPoolSize), 0)
        return Once.started
    }
}

private func backgroundThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    LoopExecutor.shared.adopt(.ownOnly)
    LoopExecutor.shared.run()
    return nil
}
