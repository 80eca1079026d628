import Model
import TestKit

/// Virtual time, chance, and the book of what happened: everything the parts of one run share.
final class World {
    /// A run that needs more events than this spins.
    static let mostEvents = 400_000

    let seed: UInt64
    let bug: Bug?
    var random: SeededRandom
    private(set) var now: Int64 = 1_000_000
    var tally = Tally()
    /// Whether chance may hurt; off in the quiet time at the end.
    var isChaotic = true
    /// Whether an older database comes back in this run.
    var hasRestore = false
    /// Whether updates come to their ends in this run, for which less else goes wrong.
    var hasUpdates = false
    /// Whether a database that was copied back by hand has not heard from every node yet.
    ///
    /// A control plane that starts once more in this time cannot tell what it once told from what it added since
    /// (`docs/operations.md`).
    var awaitsFirstWords = false
    /// How often an older database was put in place of the present one.
    var replacements = 0
    private(set) var violation: String?
    /// Changes with everything that happens; equal for equal runs.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private var queue = EventQueue()
    private var events = 0
    private let isTracing: Bool
    private(set) var lines: [String] = []

    init(seed: UInt64, bug: Bug? = nil, isTracing: Bool = false) {
        self.seed = seed
        self.bug = bug
        self.isTracing = isTracing
        random = SeededRandom(seed: seed)
    }

    var moment: Moment {
        Moment(
            monotonic: MonotonicInstant(milliseconds: now),
            wall: Timestamp(milliseconds: 1_800_000_000_000 + now))
    }

    // MARK: time

    func after(_ milliseconds: Int64, _ run: @escaping () -> Void) { queue.add(at: now + milliseconds, run) }

    /// Lets everything happen that is due within a duration; stops at a broken invariant.
    func run(_ milliseconds: Int64) {
        let end = now + milliseconds
        while violation == nil, let next = queue.next, next <= end {
            events += 1
            if events > Self.mostEvents { return fail("the run spins: \(events) events") }
            now = next
            digest = (digest ^ UInt64(bitPattern: now)) &* 0x0000_0100_0000_01B3
            queue.take()?()
        }
        now = end
    }

    /// Forgets what was to come; a run that is over must not keep its parts alive.
    func end() { queue = EventQueue() }

    // MARK: chance

    func between(_ low: Int64, _ high: Int64) -> Int64 { Int64.random(in: low...high, using: &random) }

    func chance(_ percent: Int) -> Bool { random.chance(percent) }

    /// Whether a fault happens now; it is counted when it does.
    func strikes(_ fault: Fault, perMille: Int) -> Bool {
        guard isChaotic, Int.random(in: 0..<1000, using: &random) < perMille else { return false }
        happened(fault)
        return true
    }

    func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &random)] }

    // MARK: the book

    func happened(_ fault: Fault) {
        tally.count(fault)
        note("fault: \(fault.rawValue)")
    }

    func note(_ text: @autoclosure () -> String) {
        guard isTracing else { return }
        lines.append("\(now - 1_000_000) ms  \(text())")
    }

    /// Records the first broken invariant; the run ends.
    func fail(_ text: String) {
        guard violation == nil else { return }
        violation = "at \(now - 1_000_000) ms: \(text)"
        note("VIOLATION: \(text)")
    }
}
