import Dispatch
import EventLoop
public import Testing

/// Runs tests with the event loop on its own background thread.
///
/// With `FLEDX_LEAK_CHECK=1` and `--no-parallel` each test must also close every handle it opened.
public struct OnLoop: SuiteTrait, TestTrait, TestScoping {
    /// Also for the tests inside a suite.
    public var isRecursive: Bool { true }

    /// Starts the loop once per process and runs the test.
    public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        EventLoop.startInBackground()
        guard testCase != nil, TestEnvironment.checksLeaks else { return try await function() }
        let before = await Handle.openCount
        try await function()
        for _ in 0..<50 where await Handle.openCount != before { await LoopActor.pass() }
        let after = await Handle.openCount
        #expect(after == before, "\(after - before) handles left open")
    }
}

/// Lets the nonisolated code of a test block: it runs on a pool of its own, never on the loop's thread.
public struct MayBlock: SuiteTrait, TestTrait, TestScoping {
    /// Also for the tests inside a suite.
    public var isRecursive: Bool { true }

    /// Starts the loop and prefers the pool for everything that has no actor.
    public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        EventLoop.startInBackground()
        try await withTaskExecutorPreference(TestPool.shared) { try await function() }
    }
}

extension Trait where Self == OnLoop {
    /// Runs the test with the event loop on its own thread.
    public static var onLoop: OnLoop { OnLoop() }
}

extension Trait where Self == MayBlock {
    /// Lets the test block without stopping the loop.
    public static var mayBlock: MayBlock { MayBlock() }
}

private final class TestPool: TaskExecutor {
    static let shared = TestPool()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        DispatchQueue.global().async {
            unsafe job.runSynchronously(on: TestPool.shared.asUnownedTaskExecutor())
        }
    }
}
