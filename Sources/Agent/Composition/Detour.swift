internal import EventLoop

/// Runs something to its end although the task that asks for it was cancelled.
enum Detour {
    @LoopActor static func run(_ work: @escaping @LoopActor () async -> Void) async {
        await Task { @LoopActor in await work() }.value
    }
}
