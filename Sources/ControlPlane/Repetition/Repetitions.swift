import EventLoop
import Model
import SQLite
import TLS

/// Answers a repeated request as it was answered the first time (`Idempotency-Key`).
///
/// What is kept is submitted to the database in the same turn as the effect, so both are in one transaction, and
/// leaves behind the same commit barrier. Bounded: 24 hours, so many keys and so many bytes, of which each credential
/// has a share. Where bytes are short, that a request was answered is kept without the answer; a key beyond the share
/// is refused before anything is done, for one that is forgotten early would do its work twice.
@LoopActor
final class Repetitions {
    /// What is known of a key.
    enum Found {
        case nothing
        case running
        case done(Repetition)
    }

    private let host: ClusterHost
    private var kept: [Repetition.Name: Repetition] = [:]
    /// Names in the order they were kept; those before `first` are forgotten.
    private var order: [Repetition.Name] = []
    private var first = 0
    private var bytes = 0
    /// What each credential takes.
    private var shares: [[UInt8]: Share] = [:]
    /// Requests that a handler answers later, and who waits for the same answer.
    private var running: [Repetition.Name: Running] = [:]

    /// What one credential takes of the room.
    private struct Share {
        var keys = 0
        var bytes = 0
    }

    /// A request at work.
    private struct Running {
        let fingerprint: [UInt8]
        var waiters: [@LoopActor (Result<Answer, Refusal>) -> Void] = []
    }

    init(host: ClusterHost, stored: [Repetition]) {
        self.host = host
        for repetition in stored { add(repetition) }
    }

    var count: Int { kept.count }

    /// Looks a key up; the same key with another request is refused, and so is one too many.
    func find(_ name: Repetition.Name, fingerprint: [UInt8]) throws(Refusal) -> Found {
        expire()
        if let running = running[name] {
            guard running.fingerprint == fingerprint else { throw .keyReused }
            guard running.waiters.count < ControlPlaneLimits.repetitionWaiters else {
                throw .tooManyKeys(secondsLeft: ControlPlaneLimits.keyRetrySeconds)
            }
            return .running
        }
        guard let repetition = kept[name] else {
            let own = shares[name.speaker]?.keys ?? 0
            guard own < ControlPlaneLimits.repetitionsPerSpeaker else {
                throw .tooManyKeys(secondsLeft: secondsUntilRoom(of: name.speaker))
            }
            guard kept.count < ControlPlaneLimits.repetitions else {
                throw .tooManyKeys(secondsLeft: secondsUntilRoom(of: nil))
            }
            return .nothing
        }
        guard repetition.fingerprint == fingerprint else { throw .keyReused }
        return .done(repetition)
    }

    /// Keeps an answer, in the transaction of the effect it tells of; a refusal changed nothing and is not kept.
    func keep(_ name: Repetition.Name, fingerprint: [UInt8], _ answer: Answer) throws(Refusal) {
        guard (200..<300).contains(answer.status.code) else { return }
        let hasRoom =
            bytes < ControlPlaneLimits.repetitionBytes
            && (shares[name.speaker]?.bytes ?? 0) < ControlPlaneLimits.repetitionBytesPerSpeaker
        let repetition = Repetition(
            name, fingerprint: fingerprint, answer, at: host.clock.now().wall, hasRoom: hasRoom)
        do {
            _ = try host.store.worker.submit([RepetitionRecords.put(repetition)])
        } catch {
            throw .storage(error)
        }
        add(repetition)
        host.release { outcome in
            // The effect was lost with it: the next attempt is the first one.
            if case .lost = outcome { self.forget(name) }
        }
    }

    /// Notes that a handler took a request and answers later.
    func began(_ name: Repetition.Name, fingerprint: [UInt8]) {
        running[name] = Running(fingerprint: fingerprint)
    }

    /// Gives the answer of a request that is at work to another one as well.
    func join(_ name: Repetition.Name, _ waiter: @escaping @LoopActor (Result<Answer, Refusal>) -> Void) {
        running[name]?.waiters.append(waiter)
    }

    /// A request that was at work is answered, or its client is gone.
    func ended(_ name: Repetition.Name, _ result: Result<Answer, Refusal>) {
        for waiter in running.removeValue(forKey: name)?.waiters ?? [] { waiter(result) }
    }

    private func add(_ repetition: Repetition) {
        kept[repetition.name] = repetition
        order.append(repetition.name)
        bytes += repetition.bytes
        shares[repetition.name.speaker, default: Share()].keys += 1
        shares[repetition.name.speaker, default: Share()].bytes += repetition.bytes
    }

    private func forget(_ name: Repetition.Name) {
        guard let old = kept.removeValue(forKey: name) else { return }
        bytes -= old.bytes
        guard var share = shares[old.name.speaker] else { return }
        share.keys -= 1
        share.bytes -= old.bytes
        shares[old.name.speaker] = share.keys > 0 ? share : nil
    }

    /// When the oldest key of a credential, or of all, is forgotten.
    private func secondsUntilRoom(of speaker: [UInt8]?) -> Int64 {
        let oldest = order[first...].lazy.compactMap { self.kept[$0] }
            .first { speaker == nil || $0.name.speaker == speaker }
        guard let oldest else { return ControlPlaneLimits.keyRetrySeconds }
        let end = oldest.createdAt.adding(milliseconds: ControlPlaneLimits.repetitionMilliseconds)
        let left = end.milliseconds - host.clock.now().wall.milliseconds
        return max(ControlPlaneLimits.keyRetrySeconds, (left + 999) / 1000)
    }

    /// Forgets what is older than a day, here and in the database.
    private func expire() {
        let now = host.clock.now().wall.milliseconds
        let limit = Timestamp(milliseconds: now - ControlPlaneLimits.repetitionMilliseconds)
        var forgotten = 0
        while first < order.count, (kept[order[first]]?.createdAt ?? limit) <= limit {
            forget(order[first])
            first += 1
            forgotten += 1
        }
        guard forgotten > 0 else { return }
        if first > order.count / 2 {
            order.removeFirst(first)
            first = 0
        }
        host.store.worker.submitTelemetry([RepetitionRecords.deleteAll(until: limit)])
    }
}

extension Refusal {
    fileprivate static let keyReused = Refusal(
        .unprocessableContent, "idempotency_key_reused",
        "the Idempotency-Key was sent before with another request; use a new one for each request")

    fileprivate static func tooManyKeys(secondsLeft: Int64) -> Refusal {
        Refusal(
            .tooManyRequests, "too_many_idempotency_keys",
            "as many Idempotency-Keys of the last 24 hours are kept as there is room for; send this one later, or "
                + "without a key", headers: [("retry-after", "\(secondsLeft)")])
    }
}
