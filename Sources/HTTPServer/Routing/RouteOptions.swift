/// What a route differs in from the others.
public struct RouteOptions: Sendable {
    /// The body: collected up to 64 KiB unless said otherwise.
    public var body: BodyPolicy
    /// How long the handler may take; nil means the server's default.
    public var deadlineMilliseconds: Int64?

    /// Takes the differences.
    public init(body: BodyPolicy = .collected(limitBytes: 65_536), deadlineMilliseconds: Int64? = nil) {
        self.body = body
        self.deadlineMilliseconds = deadlineMilliseconds
    }
}
