/// What a route does with the request's body.
public enum BodyPolicy: Hashable, Sendable {
    /// Reads it whole before the handler runs; more is 413.
    case collected(limitBytes: Int)
    /// Starts the handler with the head and lets it read; more than the limit breaks the body.
    case streamed(limitBytes: Int)

    var limitBytes: Int {
        switch self {
        case .collected(let limit), .streamed(let limit): limit
        }
    }
}
