internal import Glibc

/// Proves in a process of its own what a unit test cannot see: that all of Swift's work stays on one thread.
///
/// `fledx-agent --self-test` runs it. It is what notices a toolchain that no longer honours the executor hook.
public enum LoopSelfTest {
    /// Runs every check, prints one line each, and ends the process with 0 when all hold.
    public static func run() -> Never {
        EventLoop.runMain(threadPoolSize: 1, savesMemory: true) {
            var passed = true
            for check in checks {
                let complaint: String?
                do {
                    complaint = try await check.body()
                } catch {
                    complaint = "\(error)"
                }
                passed = passed && complaint == nil
                StandardIO.write("\(complaint == nil ? "ok" : "FAILED") \(check.name) \(complaint ?? "")\n")
            }
            StandardIO.write("suspend and resume: \(await nanosecondsPerResume()) ns\n")
            return passed ? 0 : 1
        }
    }

    private typealias Check = (name: String, body: @LoopActor () async throws -> String?)

    @LoopActor private static let checks: [Check] = [
        ("sleep", { try await threads(1) { try await LoopActor.sleep(milliseconds: 2) } }),
        ("yield", { try await threads(1) { await Task.yield() } }),
        ("async let", { try await threads(1, asyncLet) }),
        ("concurrent function", { try await threads(1) { _ = await concurrent() } }),
        ("default actor", { try await threads(1) { await Counter().increment() } }),
        ("task group", { try await threads(1, group) }),
        ("async stream", { try await threads(1, asyncStream) }),
        ("continuation", { try await threads(1, continuation) }),
        ("ten thousand handles", tenThousandHandles),
        ("memory is given back", memoryGivenBack),
        ("out of descriptors", outOfDescriptors),
        ("worker", { try await threads(2) { try await BlockingPool.run {} } }),
        ("four workers asked for, one there", fourJobs),
        ("no handle left", noHandleLeft),
    ]

    @LoopActor private static func threads(
        _ expected: Int, _ body: @LoopActor () async throws -> Void
    ) async throws -> String? {
        try await body()
        guard LoopExecutor.shared.onLoop else { return "left the loop's thread" }
        let count = SystemInfo.threadCount
        return count == expected ? nil : "\(count) threads instead of \(expected)"
    }

    @LoopActor private static func asyncLet() async {
        async let first: Int = concurrent()
        async let second: Int = concurrent()
        _ = await first + second
    }

    @LoopActor private static func group() async {
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { await concurrent() } }
            for await _ in group {}
        }
    }

    @LoopActor private static func asyncStream() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        let producer = Task {
            for number in 0..<8 {
                continuation.yield(number)
                await Task.yield()
            }
            continuation.finish()
        }
        for await _ in stream {}
        await producer.value
    }

    @LoopActor private static func continuation() async {
        await withCheckedContinuation { continuation in EventLoop.later { continuation.resume() } }
    }

    @LoopActor private static func tenThousandHandles() async -> String? {
        await LoopActor.pass()
        let before = Handle.openCount
        let timers = (0..<10_000).map { _ in Timer() }
        guard Handle.openCount == before + 10_000 else { return "\(Handle.openCount) handles are open" }
        for timer in timers { timer.close() }
        for timer in timers { await timer.closed() }
        return Handle.openCount == before ? nil : "\(Handle.openCount - before) handles left"
    }

    /// Holes between blocks in use, and the stack below a deep call that has returned.
    @LoopActor private static func memoryGivenBack() throws -> String? {
        let blocks = (0..<256).map { _ in
            let block = UnsafeMutableRawPointer.allocate(byteCount: 4 * holeBytes, alignment: 16)
            block.initializeMemory(as: UInt8.self, repeating: 1, count: 4 * holeBytes)
            // Too large for the small holes that the heap has already: each lies between two blocks.
            return (large: block, small: UnsafeMutableRawPointer.allocate(byteCount: 3000, alignment: 16))
        }
        for block in blocks { block.large.deallocate() }
        defer { for block in blocks { block.small.deallocate() } }
        guard descend(stackCalls) > 0 else { return "the deep call did nothing" }
        let before = try anonymousBytes()
        EventLoop.giveBackMemory()
        let givenBack = try before - anonymousBytes()
        let expected = 256 * holeBytes + stackCalls * 1000 / 2
        return givenBack >= expected ? nil : "\(givenBack) bytes given back instead of \(expected)"
    }

    private static let holeBytes = 4096
    private static let stackCalls = 200

    /// Leaves a thousand bytes on the stack for each call.
    @inline(never) private static func descend(_ calls: Int) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 8) { room in
            room.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: calls))
            return calls == 0 ? 1 : descend(calls - 1) + Int(room[calls % 1000] & 1)
        }
    }

    /// What this process has of the machine's memory for itself alone.
    private static func anonymousBytes() throws -> Int {
        let text = try FileIO.read("/proc/self/smaps_rollup", limitBytes: EventLoopLimits.kernelFileBytes)
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count >= 2, words[0].elementsEqual("Anonymous:".utf8) else { continue }
            return (Int(String(decoding: words[1], as: UTF8.self)) ?? 0) * 1024
        }
        return 0
    }

    @LoopActor private static func fourJobs() async throws -> String? {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await nap() } }
            for try await _ in group {}
        }
        return SystemInfo.threadCount == 2 ? nil : "\(SystemInfo.threadCount) threads instead of 2"
    }

    @LoopActor private static func nap() async throws {
        try await BlockingPool.run { _ = usleep(1000) }
    }

    @LoopActor private static func noHandleLeft() async -> String? {
        await LoopActor.pass()
        return Handle.openCount == 0 ? nil : "\(Handle.openCount) handles left"
    }

    @concurrent private static func concurrent() async -> Int {
        await Task.yield()
        return 1
    }

    /// Two tasks that wake each other.
    @LoopActor private static func nanosecondsPerResume() async -> UInt64 {
        let rounds: UInt64 = 100_000
        let table = PingPong()
        let start = EventLoop.hrtimeNanoseconds
        let other = Task { @LoopActor in for _ in 0..<rounds { await table.hit() } }
        for _ in 0..<rounds { await table.hit() }
        table.leave()
        await other.value
        return (EventLoop.hrtimeNanoseconds - start) / (2 * rounds)
    }
}

@LoopActor
private final class PingPong {
    private var waiting: UnsafeContinuation<Void, Never>?
    private var left = false

    func hit() async {
        let other = waiting
        waiting = nil
        guard !left else {
            other?.resume()
            return
        }
        await withUnsafeContinuation {
            waiting = $0
            other?.resume()
        }
    }

    func leave() {
        left = true
        waiting?.resume()
        waiting = nil
    }
}

private actor Counter {
    private var value = 0

    func increment() { value += 1 }
}
