public import EventLoop
import HTTP1
public import Model

/// Routes by path pattern and method: 404 for no pattern, 405 with `Allow` for a pattern without the method.
///
/// Patterns have literal segments, parameters (`{node_id}`: one segment, decoded, never empty) and at their end the
/// rest of a path (`{path...}`: as it is written). A literal wins over a parameter. HEAD is served wherever GET is.
@LoopActor
public final class Router: HTTPResponder {
    private let tree = RouteTree()
    private var literals: [String: RouteSet] = [:]
    /// Everything mounted, in order.
    public private(set) var routes: [RouteDescription] = []

    /// A router without routes: everything is 404.
    public init() {}

    /// Mounts an open route; nil as the method takes any.
    public func on(
        _ method: HTTPMethod?, _ pattern: String, _ options: RouteOptions = RouteOptions(),
        handle: @escaping HTTPHandler
    ) {
        mount(method, pattern, options) { _ in handle }
    }

    /// Mounts a route that is authorized with the head alone, before any of the body is read.
    ///
    /// What `authorize` returns is given to `handle`; it throws `HTTPRejection` to refuse.
    public func on<Principal>(
        _ method: HTTPMethod?, _ pattern: String, _ options: RouteOptions = RouteOptions(),
        authorize: @escaping @LoopActor (HTTPRequest) throws -> Principal,
        handle: @escaping @LoopActor (HTTPRequest, Principal) throws -> HTTPReply
    ) {
        mount(method, pattern, options) { request in
            let principal = try authorize(request)
            return { try handle($0, principal) }
        }
    }

    /// Finds the route of a request and lets it decide on the head.
    public func admit(_ request: HTTPRequest) throws -> Admission {
        let (set, values) = try find(request)
        guard let route = set.route(request.method) else {
            throw HTTPRejection(
                .methodNotAllowed, "method_not_allowed", "\(request.method) is not allowed here",
                headers: ["allow": set.allowed])
        }
        request.route = route.pattern
        if !values.isEmpty { request.parameters = zip(route.names, values).map { (name: $0, value: $1) } }
        let handler = try route.admit(request)
        return Admission(
            body: route.options.body, deadlineMilliseconds: route.options.deadlineMilliseconds,
            handler: handler)
    }

    private func mount(
        _ method: HTTPMethod?, _ text: String, _ options: RouteOptions, _ admit: @escaping RouteSet.Admit
    ) {
        let pattern = RoutePattern(text)
        let set = tree.set(for: pattern.segments[...], pattern: text)
        set.mount(
            method,
            RouteSet.Route(admit: admit, options: options, names: pattern.parameterNames, pattern: text))
        if pattern.isLiteral { literals[text] = set }
        routes.append(RouteDescription(method: method, pattern: text))
    }

    private func find(_ request: HTTPRequest) throws -> (RouteSet, [String]) {
        let path = request.target.path
        if let set = literals[path] { return (set, []) }
        guard let segments = request.target.segments else {
            throw HTTPRejection(.badRequest, "malformed_path", "the path is not correctly percent-encoded")
        }
        var values: [String] = []
        guard path.utf8.first == 0x2F, let set = tree.find(segments[...], of: path, &values) else {
            throw HTTPRejection(.notFound, "not_found", "there is nothing at this path")
        }
        return (set, values)
    }
}
