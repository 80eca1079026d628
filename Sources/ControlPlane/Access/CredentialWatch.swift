import EventLoop
import Model

/// Sees to it that what was opened with a credential ends in the moment in which the credential does.
///
/// It is told when a change of credentials has become durable and when something was opened whose credential expires;
/// a look now and then is for clocks that are set.
@LoopActor
final class CredentialWatch {
    /// Ends what has lost its credential, and tells when the first credential of the rest ends.
    var onLook: (@LoopActor () -> Timestamp?)?

    private let clock: any TimeSource & Sendable
    private var timer: Timer?
    /// The first moment at which something open must end.
    private var firstEnd: Timestamp?
    private var isDue = false

    init(clock: any TimeSource & Sendable) { self.clock = clock }

    /// Looks now and then from now on.
    func start() {
        timer = Timer()
        arm()
    }

    func stop() {
        timer?.close()
        timer = nil
    }

    /// A credential was taken back, or gives way to another; several in one turn are one look.
    func credentialsChanged() {
        guard !isDue else { return }
        isDue = true
        EventLoop.later { self.look() }
    }

    /// Something was opened that must not outlive this moment.
    func opened(until end: Timestamp?) {
        guard let end, firstEnd.map({ end < $0 }) ?? true else { return }
        firstEnd = end
        arm()
    }

    private func look() {
        isDue = false
        firstEnd = onLook?()
        arm()
    }

    private func arm() {
        let now = clock.now().wall
        let next = firstEnd.map { max(1, $0.milliseconds - now.milliseconds) } ?? .max
        timer?.start(afterMilliseconds: min(next, ControlPlaneLimits.credentialLookMilliseconds)) {
            [weak self] in
            self?.look()
        }
    }
}
