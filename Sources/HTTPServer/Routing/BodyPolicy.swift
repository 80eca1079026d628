/// What a route does with the request's body.
public enum BodyPolicy: Hashable, Sendable {
    /// Reads it whole before the handler runs; more is 413.
    case collected(limitBytes: Int)
    /// Starts the handler with the head and lets it read; more than the limit breaks the body.
    case streamed(limitBytes: Int)
    /// Starts the handler with the head; the body is not asked for, and what comes of it is dropped.
    case unread

    var limitBytes: Int {
        switch self {
        case .collected(let limit), .streamed(let limit): limit
        case .unread: .max
        }
    }
}
