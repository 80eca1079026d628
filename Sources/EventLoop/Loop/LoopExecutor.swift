internal import CSwiftHooks
internal import CUV
internal import Glibc
internal import Synchronization

/// Runs Swift's jobs on the thread of one libuv loop.
///
/// Jobs made on that thread go to a plain ring without lock or system call; libuv's prepare and check
/// phases drain it, so nothing is stranded before a blocking poll. Other threads use a locked inbox.
///
/// Safety: ring, deferred and handles are touched on the loop's thread only (`onLoop`); the inbox is a Mutex
/// and the owner an Atomic.
public final class LoopExecutor: SerialExecutor, @unchecked Sendable {
    /// Which jobs without an actor of their own run on the loop.
    public enum Adoption: Sendable {
        /// All of them: the process has no other thread for Swift code. For daemons.
        case everything
        /// Those that code on the loop makes; other threads keep Swift's own pool. For tests.
        case ownOnly
    }

    /// The loop of this process.
    public static let shared = LoopExecutor()

    let loop: UnsafeMutablePointer<uv_loop_t>
    private let wakeup = UnsafeMutablePointer<uv_async_t>.allocate(capacity: 1)
    private let prepare = UnsafeMutablePointer<uv_prepare_t>.allocate(capacity: 1)
    private let check = UnsafeMutablePointer<uv_check_t>.allocate(capacity: 1)
    private let idle = UnsafeMutablePointer<uv_idle_t>.allocate(capacity: 1)
    private let owner = Atomic<UInt>(0)
    private let inbox = Mutex<[UnownedJob]>([])
    private var adoption = Adoption.ownOnly
    private var ring = UnsafeMutablePointer<UnownedJob>.allocate(capacity: 256)
    private var mask = 255
    private var head = 0
    private var tail = 0
    private var deferred: [@LoopActor () -> Void] = []
    /// What waits for a poll, and what has seen one begin.
    private var upcoming: [@LoopActor () -> Void] = []
    private var due: [@LoopActor () -> Void] = []
    /// How often the loop has gone to poll.
    private(set) var turn = 0
    private var spinning = false

    private init() {
        loop = .allocate(capacity: 1)
        precondition(uv_loop_init(loop) == 0, "the system gives no event loop")
        uv_async_init(loop, wakeup, inboxFilled)
        uv_prepare_init(loop, prepare)
        uv_prepare_start(prepare, beforePoll)
        uv_check_init(loop, check)
        uv_check_start(check, afterPoll)
        uv_idle_init(loop, idle)
        for handle in [
            UnsafeMutableRawPointer(prepare), UnsafeMutableRawPointer(check), UnsafeMutableRawPointer(idle),
        ] {
            uv_unref(handle.assumingMemoryBound(to: uv_handle_t.self))
        }
    }

    /// Whether the caller is on the loop's thread.
    public var onLoop: Bool { owner.load(ordering: .acquiring) == UInt(pthread_self()) }

    /// Makes the calling thread the loop's thread; once, before `run()`.
    public func adopt(_ adoption: Adoption) {
        precondition(owner.load(ordering: .acquiring) == 0, "the loop has a thread already")
        self.adoption = adoption
        owner.store(UInt(pthread_self()), ordering: .releasing)
        cswift_install_enqueue_global(enqueueWithoutActor)
    }

    /// Runs the loop until `stop()`.
    func run() {
        precondition(onLoop, "adopt the loop first")
        takeInbox()
        uv_run(loop, UV_RUN_DEFAULT)
    }

    func stop() { uv_stop(loop) }

    /// Takes a job from Swift's runtime.
    public func enqueue(_ job: consuming ExecutorJob) { enqueue(UnownedJob(job)) }

    /// Takes a job from Swift's runtime.
    public func enqueue(_ job: UnownedJob) {
        if onLoop { return push(job) }
        let first = inbox.withLock { waiting in
            waiting.append(job)
            return waiting.count == 1
        }
        if first { uv_async_send(wakeup) }
    }

    /// The reference Swift's runtime compares executors by.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Stops the program when the caller is not on the loop's thread.
    public func checkIsolated() { precondition(onLoop, "not on the loop's thread") }

    /// Tells Swift's runtime whether the caller is on the loop's thread.
    public func isIsolatingCurrentContext() -> Bool? { onLoop }

    /// Runs `body` later in this turn, after the caller has returned to the loop.
    func later(_ body: @escaping @LoopActor () -> Void) { deferred.append(body) }

    /// Runs `body` after the next poll, behind what that brought.
    func inNextTurn(_ body: @escaping @LoopActor () -> Void) { upcoming.append(body) }

    fileprivate func pollBegins() {
        drain()
        turn &+= 1
        guard !upcoming.isEmpty else { return }
        swap(&upcoming, &due)
    }

    fileprivate func pollEnded() {
        if !due.isEmpty {
            deferred += due
            due.removeAll(keepingCapacity: true)
        }
        drain()
    }

    /// Runs what is waiting, within the budget; leftovers make the next poll return at once.
    fileprivate func drain() {
        let executor = asUnownedSerialExecutor()
        var budget = EventLoopLimits.jobsPerTurn
        repeat {
            if !deferred.isEmpty { runDeferred() }
            while head != tail, budget > 0 {
                let job = ring[head & mask]
                head &+= 1
                budget -= 1
                job.runSynchronously(on: executor)
            }
        } while !deferred.isEmpty && budget > 0
        let wanted = head != tail || !deferred.isEmpty || !upcoming.isEmpty
        guard wanted != spinning else { return }
        spinning = wanted
        if wanted { uv_idle_start(idle, nothingToDo) } else { uv_idle_stop(idle) }
    }

    fileprivate func takeInbox() {
        var jobs: [UnownedJob] = []
        inbox.withLock { swap(&$0, &jobs) }
        for job in jobs { push(job) }
    }

    fileprivate func enqueueGlobal(_ job: UnsafeMutableRawPointer, _ original: UnsafeMutableRawPointer) {
        guard adoption == .everything || onLoop else { return cswift_call_original(original, job) }
        enqueue(unsafeBitCast(job, to: UnownedJob.self))
    }

    private func runDeferred() {
        var bodies: [@LoopActor () -> Void] = []
        swap(&deferred, &bodies)
        for body in bodies { LoopActor.unsafeEnter(body) { $0() } }
    }

    private func push(_ job: UnownedJob) {
        if tail &- head > mask { grow() }
        (ring + (tail & mask)).initialize(to: job)
        tail &+= 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<UnownedJob>.allocate(capacity: (mask + 1) * 2)
        for index in 0...mask { (larger + index).initialize(to: ring[(head &+ index) & mask]) }
        ring.deallocate()
        ring = larger
        head = 0
        tail = mask + 1
        mask = mask * 2 + 1
    }
}

private func inboxFilled(_ handle: UnsafeMutablePointer<uv_async_t>?) { LoopExecutor.shared.takeInbox() }
private func beforePoll(_ handle: UnsafeMutablePointer<uv_prepare_t>?) { LoopExecutor.shared.pollBegins() }
private func afterPoll(_ handle: UnsafeMutablePointer<uv_check_t>?) { LoopExecutor.shared.pollEnded() }
private func nothingToDo(_ handle: UnsafeMutablePointer<uv_idle_t>?) {}
private func enqueueWithoutActor(_ job: UnsafeMutableRawPointer?, _ original: UnsafeMutableRawPointer?) {
    guard let job, let original else { return }
    LoopExecutor.shared.enqueueGlobal(job, original)
}
