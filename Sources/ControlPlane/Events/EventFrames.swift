import JSON
import Model

/// Events as they stand in a `text/event-stream`.
enum EventFrames {
    /// One event: its id, its kind, and the event as JSON.
    static func frame(_ event: EventView) throws -> [UInt8] {
        Array("id: \(event.id)\nevent: \(event.kind)\ndata: ".utf8) + (try JSONCoder.encode(event)) + end
    }

    /// What every stream begins with: when to come back, and from where.
    ///
    /// After a reset the reader knows nothing: it lists what it watches and goes on from there.
    static func beginning(_ place: EventID, isReset: Bool) -> [UInt8] {
        guard isReset else { return Array("retry: 2000\nid: \(place)\n\n".utf8) }
        let text = "retry: 2000\nid: \(place)\nevent: reset\ndata: {\"last_event_id\":\"\(place)\"}\n\n"
        return Array(text.utf8)
    }

    /// The last word of a stream that is not gone on with, in the form of an error body.
    static func end(code: String, _ message: String) -> [UInt8] {
        let body = JSONNode.object(["error": .string(message), "code": .string(code)]).encoded()
        return Array("event: end\ndata: ".utf8) + body + end
    }

    /// A comment that keeps proxies awake, and the place up to which nothing is missing.
    static func keepAlive(_ place: EventID) -> [UInt8] { Array(": alive\nid: \(place)\n\n".utf8) }

    private static let end = Array("\n\n".utf8)
}
