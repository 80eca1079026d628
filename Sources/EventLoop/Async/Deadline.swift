/// Runs `operation` and cancels it when the time is over; then it throws `.deadline`.
///
/// The operation must react to cancellation, as every wait of this module does: it is awaited also after its
/// deadline, so nothing goes on behind the caller's back.
@LoopActor
public func withDeadline<Value: Sendable>(
    milliseconds: Int64, operation name: String = "operation",
    _ operation: @escaping @LoopActor () async throws -> Value
) async throws -> Value {
    let task = Task { @LoopActor in try await operation() }
    let timer = Timer()
    defer { timer.close() }
    var expired = false
    timer.start(afterMilliseconds: milliseconds) {
        expired = true
        task.cancel()
    }
    do {
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    } catch  where expired {
        throw LoopFailure.deadline(name, milliseconds: milliseconds)
    }
}
