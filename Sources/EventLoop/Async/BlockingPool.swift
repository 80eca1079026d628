internal import CUV
internal import Synchronization

/// Runs blocking work on libuv's worker threads.
public enum BlockingPool {
    /// Jobs that a worker has or will get.
    @LoopActor public fileprivate(set) static var jobsInFlight = 0

    /// Runs `work` on a worker and returns its result.
    ///
    /// A task cancelled before a worker took the job gets `CancellationError`; a job that runs is waited for, so
    /// nothing it uses is still in use when this returns.
    @LoopActor
    public static func run<Value: Sendable>(_ work: @Sendable @escaping () throws -> Value) async throws
        -> Value
    {
        let slot = PoolSlot<Value>()
        let job = PoolJob { slot.set(Result(catching: work)) }
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            let status = await withUnsafeContinuation { job.submit($0) }
            if status == UV_ECANCELED.rawValue { throw CancellationError() }
            guard let result = slot.take() else {
                throw LoopFailure(status: status, operation: "run on a worker", subject: "")
            }
            return try result.get()
        } onCancel: {
            job.cancelFromAnywhere()
        }
    }
}

/// Carries a result from a worker to the loop.
private final class PoolSlot<Value: Sendable>: Sendable {
    private let value = Mutex<Result<Value, any Error>?>(nil)

    func set(_ result: Result<Value, any Error>) { value.withLock { $0 = result } }

    func take() -> Result<Value, any Error>? { value.withLock { $0 } }
}

/// One `uv_work_t`, held by libuv from its start until its callback on the loop.
@LoopActor
private final class PoolJob {
    nonisolated let work: @Sendable () -> Void
    private let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
    private var waiting: UnsafeContinuation<Int32, Never>?

    init(_ work: @Sendable @escaping () -> Void) { self.work = work }

    isolated deinit { request.deallocate() }

    func submit(_ continuation: UnsafeContinuation<Int32, Never>) {
        waiting = continuation
        BlockingPool.jobsInFlight += 1
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = uv_queue_work(LoopExecutor.shared.loop, request, workOnWorker, workDone)
        guard status != 0 else { return }
        Unmanaged.passUnretained(self).release()
        finish(status)
    }

    func finish(_ status: Int32) {
        BlockingPool.jobsInFlight -= 1
        waiting?.resume(returning: status)
        waiting = nil
    }

    nonisolated func cancelFromAnywhere() {
        guard LoopExecutor.shared.onLoop else {
            Task { @LoopActor in cancel() }
            return
        }
        LoopActor.unsafeEnter(self) { $0.cancel() }
    }

    private func cancel() {
        guard waiting != nil else { return }
        uv_cancel(UnsafeMutableRawPointer(request).assumingMemoryBound(to: uv_req_t.self))
    }
}

private func workOnWorker(_ request: UnsafeMutablePointer<uv_work_t>?) {
    guard let data = request?.pointee.data else { return }
    Unmanaged<PoolJob>.fromOpaque(data).takeUnretainedValue().work()
}

private func workDone(_ request: UnsafeMutablePointer<uv_work_t>?, _ status: Int32) {
    guard let data = request?.pointee.data else { return }
    LoopActor.unsafeEnter((Unmanaged<PoolJob>.fromOpaque(data).takeRetainedValue(), status)) {
        $0.0.finish($0.1)
    }
}
