import EventLoop

/// What must stand still while history is read, for the answer to be true.
@LoopActor
protocol ReadHold: AnyObject {
    /// Waits until nothing moves, and keeps it so until `letGo`; throws when that takes too long.
    func hold(deadlineMilliseconds: Int64) async throws

    /// Lets things move again.
    func letGo()
}
