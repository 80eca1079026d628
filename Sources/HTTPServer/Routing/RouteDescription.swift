public import Model

/// One mounted route, for the API document and its tests.
public struct RouteDescription: Hashable, Sendable {
    /// The method; nil when the route takes any.
    public let method: HTTPMethod?
    /// The pattern as it was mounted.
    public let pattern: String

    /// Names a route.
    public init(method: HTTPMethod?, pattern: String) {
        self.method = method
        self.pattern = pattern
    }
}
