public import EventLoop
internal import HTTPClient
internal import Model

/// Events as they happen, pulled by one reader; dropping it ends the subscription.
@LoopActor
public final class EngineEventStream {
    private let objects: ObjectStream

    init(objects: ObjectStream) { self.objects = objects }

    /// The next event; nil when the engine ended the stream, which it does when it stops.
    public func next() async throws -> EngineEvent? { try await objects.next().map { EngineEvent($0) } }

    /// Ends the subscription.
    public func cancel() { objects.cancel() }
}

extension DockerClient {
    /// Subscribes to events; it returns when the engine has accepted the subscription.
    public func events(_ filter: EventFilter = EventFilter()) async throws -> EngineEventStream {
        let operation = "follow events"
        var call = Call(operation)
        call.query = filter.query
        call.deadlines = .engineStream
        let body = try await open(.get, "/events", call)
        return EngineEventStream(objects: ObjectStream(client: self, body: body, operation: operation))
    }
}
