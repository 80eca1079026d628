internal import EventLoop
internal import Model

/// The deadlines libcurl does not keep well: response head, idle and total, in milliseconds, with one timer for all.
///
/// The timer stands at the earliest deadline of any transfer. Activity only moves deadlines later, so it is not
/// touched then; when it fires, what is not due yet is put off.
extension CurlDriver {
    /// Brings the timer forward if this transfer is due before it.
    func watchDeadlines(of transfer: CurlTransfer) {
        guard let due = transfer.nextDeadline()?.at else { return }
        if let nextDeadline, nextDeadline <= due { return }
        setDeadlineTimer(due)
    }

    /// Ends what is due and sets the timer for the rest.
    func deadlinePassed() {
        let now = EventLoop.now
        var earliest: MonotonicInstant?
        for transfer in runningTransfers {
            guard let (due, code) = transfer.nextDeadline() else { continue }
            if due <= now {
                finish(transfer, .failed(transfer.failure(code, "deadline passed")))
            } else if due < earliest ?? MonotonicInstant(milliseconds: .max) {
                earliest = due
            }
        }
        setDeadlineTimer(earliest)
    }
}

extension CurlTransfer {
    /// The earliest of this transfer's deadlines and what missing it means.
    func nextDeadline() -> (at: MonotonicInstant, code: HTTPClientFailure.Code)? {
        var next: (at: MonotonicInstant, code: HTTPClientFailure.Code)?
        func consider(_ start: MonotonicInstant, _ milliseconds: Int64?, _ code: HTTPClientFailure.Code) {
            guard let milliseconds else { return }
            let at = start.adding(milliseconds: milliseconds)
            if let earlier = next, earlier.at <= at { return }
            next = (at, code)
        }
        consider(startedAt, request.deadlines.total, .totalTimedOut)
        if !collector.isComplete { consider(startedAt, request.deadlines.responseHead, .responseTimedOut) }
        // While our own reader or body source is the slow one, the peer is not idle.
        let start = receiveIsPaused || upload.isStarved ? EventLoop.now : lastActivity
        consider(start, request.deadlines.idle, .idleTimedOut)
        return next
    }
}
