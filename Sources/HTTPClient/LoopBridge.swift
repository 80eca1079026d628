internal import EventLoop

/// Where synchronous code of any thread starts work on the loop: cancellation handlers have no other way.
enum LoopBridge {
    static func soon(_ work: @escaping @Sendable @LoopActor () -> Void) {
        Task { @LoopActor in work() }
    }
}
