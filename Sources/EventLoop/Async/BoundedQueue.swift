/// A queue between tasks on the loop that never holds more than its capacity.
@LoopActor
public final class BoundedQueue<Element: Sendable> {
    /// What happens to an element that finds the queue full.
    public enum Overflow: Sendable {
        /// It is refused; the sender is told.
        case refuseNewest
        /// It enters, and the oldest element is dropped and counted.
        case dropOldest
    }

    /// The most elements held.
    public let capacity: Int
    /// Elements refused or dropped so far.
    public private(set) var lostCount = 0

    private let overflow: Overflow
    private let gate = Gate()
    private var elements: [Element?] = []
    private var first = 0
    private var finished = false

    /// Makes an empty queue.
    public init(capacity: Int, overflow: Overflow) {
        precondition(capacity > 0)
        self.capacity = capacity
        self.overflow = overflow
    }

    /// Elements waiting.
    public var count: Int { elements.count - first }

    /// Adds an element; false when it was refused, by a full or a finished queue.
    @discardableResult
    public func offer(_ element: Element) -> Bool {
        guard !finished else { return false }
        if count == capacity {
            lostCount += 1
            guard overflow == .dropOldest else { return false }
            _ = poll()
        }
        elements.append(element)
        gate.changed()
        return true
    }

    /// Takes the oldest element if there is one.
    public func poll() -> Element? {
        guard first < elements.count else { return nil }
        let element = elements[first]
        elements[first] = nil
        first += 1
        if first == elements.count || first > 64 && first * 2 > elements.count {
            elements.removeFirst(first)
            first = 0
        }
        return element
    }

    /// Waits for the oldest element; nil when the queue is finished and empty.
    public func next() async throws -> Element? {
        try await gate.until { count > 0 || finished }
        return poll()
    }

    /// As `next()`, and fails with `.deadline` after that time.
    public func next(deadlineMilliseconds: Int64) async throws -> Element? {
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds) { count > 0 || finished }
        return poll()
    }

    /// Takes no more elements; those inside can still be taken.
    public func finish() {
        finished = true
        gate.changed()
    }
}
