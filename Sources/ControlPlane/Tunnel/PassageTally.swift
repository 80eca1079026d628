import EventLoop
import Model

/// What became of the requests that were passed on through tunnels.
@LoopActor
final class PassageTally {
    /// Hears how long each took until its answer began, and whether it did.
    var onEnd: (@LoopActor (_ isOK: Bool, _ nanoseconds: UInt64) -> Void)?
    private var isLastOK: Bool?
    private var lastError: String?

    /// Counts a piece of work.
    func count<Value>(_ work: @LoopActor () async throws -> Value) async throws -> Value {
        let begun = EventLoop.hrtimeNanoseconds
        do {
            let value = try await work()
            ended(true, since: begun)
            return value
        } catch is CancellationError {
            // Whoever asked has left: that says nothing of the way.
            throw CancellationError()
        } catch {
            lastError = Refusal(tunnel: error).message
            ended(false, since: begun)
            throw error
        }
    }

    private func ended(_ isOK: Bool, since begun: UInt64) {
        isLastOK = isOK
        onEnd?(isOK, EventLoop.hrtimeNanoseconds - begun)
    }

    /// As `/health` tells it; the words of a failure name what stands behind a tunnel and are for operators.
    func health(showsError: Bool) -> HealthResponse.Relay {
        guard let isLastOK else { return .init(status: "unknown", lastError: nil) }
        return .init(status: isLastOK ? "ok" : "degraded", lastError: showsError ? lastError : nil)
    }
}
