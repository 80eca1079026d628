internal import CUV

/// Calls back once or repeatedly after a time on the loop's clock.
@LoopActor
public final class Timer: Handle {
    private var fire: (@LoopActor () -> Void)?
    private var repeats = false

    /// Makes a timer that is not running.
    public init() {
        super.init(UV_TIMER)
        uv_timer_init(LoopExecutor.shared.loop, timer)
        opened()
    }

    /// Whether the timer will fire.
    public var isRunning: Bool { isOpen && fire != nil }

    /// Starts, or starts anew; a closed timer ignores it.
    public func start(
        afterMilliseconds: Int64, repeatMilliseconds: Int64 = 0, _ fire: @escaping @LoopActor () -> Void
    ) {
        guard isOpen else { return }
        self.fire = fire
        repeats = repeatMilliseconds > 0
        // libuv counts from the start of the turn; after long work that lies in the past.
        uv_update_time(LoopExecutor.shared.loop)
        uv_timer_start(
            timer, timerFired, UInt64(max(0, afterMilliseconds)), UInt64(max(0, repeatMilliseconds)))
    }

    /// Stops; the timer can be started again.
    public func stop() {
        guard isOpen else { return }
        uv_timer_stop(timer)
        fire = nil
    }

    override func closing() { fire = nil }

    private var timer: UnsafeMutablePointer<uv_timer_t> { raw.assumingMemoryBound(to: uv_timer_t.self) }

    fileprivate func fired() {
        let body = fire
        if !repeats { fire = nil }
        body?()
    }
}

/// The loop's timer under a name that Foundation does not have too.
public typealias LoopTimer = Timer

private func timerFired(_ handle: UnsafeMutablePointer<uv_timer_t>?) {
    guard let data = handle?.pointee.data else { return }
    LoopActor.unsafeEnter(Unmanaged<Timer>.fromOpaque(data).takeUnretainedValue()) { $0.fired() }
}
