internal import EventLoop
internal import Model

/// What the loops know of the link and the state folder, for reports and `/readyz`.
@LoopActor
final class LinkStatus {
    /// Why the last call to the control plane failed; nil when it worked.
    private(set) var linkFault: String?
    /// Whether any call ever worked in this life.
    private(set) var hasReached = false
    /// Wakes who waits for the link to work again.
    let recovered = Gate()
    /// How often it did.
    private(set) var recoveries = 0
    private var conditions: [String: Condition] = [:]
    private let time: any TimeSource

    init(time: any TimeSource) { self.time = time }

    func reached() {
        hasReached = true
        guard linkFault != nil else { return }
        linkFault = nil
        recoveries += 1
        recovered.changed()
    }

    func failed(_ reason: String) { linkFault = reason }

    /// Raises or renews a remark that goes into the next report.
    func raise(_ type: String, _ message: String) {
        let since = conditions[type]?.since ?? time.now().wall
        conditions[type] = Condition(type: type, message: message, since: since)
    }

    func clear(_ types: String...) { for type in types { conditions[type] = nil } }

    var all: [Condition] { conditions.values.sorted { $0.type < $1.type } }
}
