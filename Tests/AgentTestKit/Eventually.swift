import EventLoop
import Model
public import Testing

/// What a test waited for in vain.
public struct NeverHappened: Error, CustomStringConvertible {
    /// What was awaited.
    public let description: String
}

/// Looks again and again until something is true; says what was awaited when it never is.
@LoopActor
public func eventually(
    _ what: String, milliseconds: Int64 = 10_000, sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: @LoopActor () async throws -> Bool
) async throws {
    let end = EventLoop.now.milliseconds + milliseconds
    while try await !holds() {
        guard EventLoop.now.milliseconds < end else {
            Issue.record("not within \(milliseconds) ms: \(what)", sourceLocation: sourceLocation)
            throw NeverHappened(description: what)
        }
        try await LoopActor.sleep(milliseconds: 5)
    }
}
