import EventLoop
import HTTPClient
import JSON
import Model

/// Follows the stream of events and comes back to where it was when the stream ends.
@LoopActor
struct EventFollower {
    let session: Session
    let path: String
    let asJSON: Bool

    /// The pause before another attempt while the control plane is away, in seconds.
    static let pauseSeconds = 2

    func run(_ page: EventPage) async throws -> Int32 {
        for event in page.items { try show(event) }
        var last = "\(page.lastEventID)"
        while true {
            do {
                last = try await follow(from: last)
            } catch let failure as ConsoleFailure {
                guard DeploymentWatcher.isPassing(failure) else { throw failure }
                session.terminal.remark(
                    "\(session.now) \(failure.message); trying again in \(Self.pauseSeconds) s")
            }
            try await LoopActor.sleep(milliseconds: Int64(Self.pauseSeconds) * 1000)
        }
    }

    /// Shows events until the stream ends; returns the place of the last one.
    private func follow(from place: String) async throws -> String {
        var last = place
        var reader = EventStreamReader()
        let stream = try await session.stream(path, headers: [("last-event-id", place)])
        do {
            while let bytes = try await stream.next() {
                for item in reader.take(bytes) {
                    last = item.id ?? last
                    try show(item)
                }
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch let failure as ConsoleFailure {
            throw failure
        } catch {
            // A stream that breaks is taken up again where it was.
            return last
        }
        return last
    }

    private func show(_ item: EventStreamReader.Item) throws {
        // What the last word says the next request is told.
        guard !item.data.isEmpty, item.kind != "end" else { return }
        guard item.kind != "reset" else {
            session.terminal.remark("\(session.now) some events are no longer kept: list anew what you watch")
            return
        }
        try show(try session.decode(item.data))
    }

    private func show(_ event: EventView) throws {
        if asJSON { return try session.printJSONLine(try JSONCoder.encode(event)) }
        session.terminal.write(EventText.line(event))
    }
}
