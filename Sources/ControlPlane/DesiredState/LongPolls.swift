import EventLoop
import Model

/// Requests that wait for a node's next document.
///
/// Bounded: of one node the newest few wait, the oldest is answered at once; beyond the total none waits.
@LoopActor
final class LongPolls {
    /// One waiting request.
    @LoopActor
    final class Poll {
        fileprivate let holder: NodeTokenIndex.Holder
        fileprivate var nodeID: NodeID { holder.nodeID }
        fileprivate let timer = Timer()
        fileprivate var answer: (@LoopActor () -> Void)?

        fileprivate init(_ holder: NodeTokenIndex.Holder) { self.holder = holder }
    }

    private var waiting: [NodeID: [Poll]] = [:]
    /// How many wait now.
    private(set) var count = 0
    /// How many have waited since the start, those of now included.
    private(set) var total = 0
    private var isClosed = false

    /// Waits until the node has a new document, the time is over or nothing waits any more, then calls `answer`.
    ///
    /// - Returns: The poll, for `cancel`; nil when there is no room and the caller answers at once.
    func wait(
        _ holder: NodeTokenIndex.Holder, milliseconds: Int64, answer: @escaping @LoopActor () -> Void
    ) -> Poll? {
        let nodeID = holder.nodeID
        guard !isClosed, count < ControlPlaneLimits.polls else { return nil }
        if let mine = waiting[nodeID], mine.count >= ControlPlaneLimits.pollsPerNode { finish(mine[0]) }
        let poll = Poll(holder)
        poll.answer = answer
        poll.timer.start(afterMilliseconds: milliseconds) { [weak self, weak poll] in
            if let poll { self?.finish(poll) }
        }
        waiting[nodeID, default: []].append(poll)
        count += 1
        total += 1
        return poll
    }

    /// Answers every poll of a node.
    func wake(_ nodeID: NodeID) {
        for poll in waiting[nodeID] ?? [] { finish(poll) }
    }

    /// Answers every poll that waits with a credential which is good no longer; the first end of the others is
    /// returned.
    func checkCredentials(_ isValid: (NodeTokenIndex.Holder) -> Bool) -> Timestamp? {
        var first: Timestamp?
        for poll in waiting.values.flatMap({ $0 }) {
            guard isValid(poll.holder) else {
                finish(poll)
                continue
            }
            if let end = poll.holder.expiresAt { first = min(first ?? end, end) }
        }
        return first
    }

    /// Forgets a poll whose client is gone.
    func cancel(_ poll: Poll) {
        poll.answer = nil
        finish(poll)
    }

    /// Answers everything that waits, and lets nothing wait from now on.
    func close() {
        isClosed = true
        for polls in waiting.values {
            for poll in polls { finish(poll) }
        }
    }

    private func finish(_ poll: Poll) {
        guard let index = waiting[poll.nodeID]?.firstIndex(where: { $0 === poll }) else { return }
        waiting[poll.nodeID]?.remove(at: index)
        if waiting[poll.nodeID]?.isEmpty == true { waiting[poll.nodeID] = nil }
        count -= 1
        poll.timer.close()
        let answer = poll.answer
        poll.answer = nil
        answer?()
    }
}
