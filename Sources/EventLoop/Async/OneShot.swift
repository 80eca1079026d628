/// A result that is set at most once and awaited at most once.
///
/// The bridge from callbacks to `await`: whoever settles first wins, later settlements are ignored, and the one
/// waiter is resumed exactly once, also when its task is cancelled or its deadline passes.
@LoopActor
public final class OneShot<Value: Sendable> {
    private enum State {
        case pending
        case waiting(UnsafeContinuation<Value, any Error>)
        case settled(Result<Value, any Error>)
        case taken
    }

    private var state = State.pending

    /// Makes an unsettled one.
    public init() {}

    /// Whether a result was set.
    public var isSettled: Bool {
        switch state {
        case .pending, .waiting: false
        case .settled, .taken: true
        }
    }

    /// Sets the result; false when there was one already.
    @discardableResult
    public func settle(_ result: Result<Value, any Error>) -> Bool {
        switch state {
        case .pending:
            state = .settled(result)
            return true
        case .waiting(let continuation):
            state = .taken
            continuation.resume(with: result)
            return true
        case .settled, .taken:
            return false
        }
    }

    /// Sets a value; false when there was a result already.
    @discardableResult
    public func succeed(_ value: Value) -> Bool { settle(.success(value)) }

    /// Sets an error; false when there was a result already.
    @discardableResult
    public func fail(_ error: any Error) -> Bool { settle(.failure(error)) }

    /// Sets an error from any thread, such as a cancellation handler.
    public nonisolated func failFromAnywhere(_ error: any Error) {
        guard LoopExecutor.shared.onLoop else {
            Task { @LoopActor in fail(error) }
            return
        }
        LoopActor.unsafeEnter((self, error)) { _ = $0.0.fail($0.1) }
    }

    /// Waits for the result; once only.
    ///
    /// Throws `CancellationError` when the task is cancelled first.
    public func wait() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { hold($0) }
        } onCancel: {
            failFromAnywhere(CancellationError())
        }
    }

    /// As `wait()`, and fails with `.deadline` after that time.
    public func wait(deadlineMilliseconds: Int64, operation: String) async throws -> Value {
        let timer = Timer()
        defer { timer.close() }
        timer.start(afterMilliseconds: deadlineMilliseconds) {
            self.fail(LoopFailure.deadline(operation, milliseconds: deadlineMilliseconds))
        }
        return try await wait()
    }

    private func hold(_ continuation: UnsafeContinuation<Value, any Error>) {
        switch state {
        case .pending:
            state = .waiting(continuation)
        case .settled(let result):
            state = .taken
            continuation.resume(with: result)
        case .waiting, .taken:
            preconditionFailure("a one-shot result is awaited once")
        }
    }
}
