/// A stream whose writing side has failed, until what came before has been read or the time for that is over.
@LoopActor
final class Breakage {
    let failure: LoopFailure
    private let timer = Timer()

    init(_ failure: LoopFailure, whenOver: @escaping @LoopActor () -> Void) {
        self.failure = failure
        timer.start(afterMilliseconds: EventLoopLimits.breakageMilliseconds) { whenOver() }
    }

    func end() { timer.close() }
}
