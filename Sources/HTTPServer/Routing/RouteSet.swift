import EventLoop
import Model

/// Everything mounted under one pattern.
final class RouteSet {
    /// Decides on a head and gives the handler.
    typealias Admit = @LoopActor (HTTPRequest) throws -> HTTPHandler

    struct Route {
        let admit: Admit
        let options: RouteOptions
        let names: [String]
        let pattern: String
    }

    let pattern: String
    private var routes: [HTTPMethod: Route] = [:]
    private var any: Route?

    init(_ pattern: String) { self.pattern = pattern }

    func mount(_ method: HTTPMethod?, _ route: Route) {
        guard let method else {
            precondition(any == nil, "'\(pattern)' is mounted twice")
            any = route
            return
        }
        precondition(routes[method] == nil, "\(method) '\(pattern)' is mounted twice")
        routes[method] = route
    }

    /// The route of a method; HEAD goes where GET goes.
    func route(_ method: HTTPMethod) -> Route? {
        if let route = routes[method] { return route }
        if method == .head, let route = routes[.get] { return route }
        return any
    }

    /// The value of `Allow`.
    var allowed: String {
        var names = routes.keys.map(\.name)
        if routes[.get] != nil, routes[.head] == nil { names.append("HEAD") }
        return names.sorted().joined(separator: ", ")
    }
}
