import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct ScopeTests {
    /// A token with every other scope hears which one is missing; a token with that scope alone gets further.
    @Test @LoopActor func everyRouteOfOperatorsAsksForItsOneScope() async throws {
        try await TestPlane.with { plane in
            let routes = plane.plane.responder.routes
            #expect(routes.count == plane.plane.responder.mounted.count)
            let scopes = Set(routes.compactMap { Self.scope(of: $0) })
            var without: [OperatorScope: String] = [:]
            var alone: [OperatorScope: String] = [:]
            for scope in scopes {
                let others = OperatorScope.allCases.filter { $0 != scope }
                let name = String(scope.rawValue.map { $0.isLetter ? $0 : "-" })
                without[scope] = try await plane.token(scopes: others, name: "no-\(name)")
                alone[scope] = try await plane.token(scopes: [scope], name: "only-\(name)")
            }
            for route in routes {
                guard let scope = Self.scope(of: route) else { continue }
                let path = Self.path(of: route)
                let refused = try await plane.send(route.method.name, path, token: without[scope], json: "{}")
                #expect(refused.status == 403, "\(route.method) \(path)")
                #expect(refused.code == "missing_scope", "\(route.method) \(path)")
                #expect(try refused.json()["missing_scope"]?.stringValue == scope.rawValue)
                let passed = try await plane.send(route.method.name, path, token: alone[scope], json: "{}")
                #expect(![401, 403].contains(passed.status), "\(route.method) \(path): \(passed.text)")
            }
        }
    }

    /// Who only looks changes nothing: no reading scope opens a route that changes something.
    @Test @LoopActor func changesNeedMoreThanReading() async throws {
        try await TestPlane.with { plane in
            for route in plane.plane.responder.routes where route.method != .get {
                guard let scope = route.scope else { continue }
                #expect(!scope.rawValue.hasSuffix(".read"), "\(route.method) \(route.pattern)")
            }
        }
    }

    /// `/metrics` is open to this machine, so it is no route of operators alone.
    private static func scope(of route: APIRoute) -> OperatorScope? {
        if case .operators(let scope) = route.access { scope } else { nil }
    }

    /// The pattern with something in each place.
    private static func path(of route: APIRoute) -> String {
        route.pattern.split(separator: "/").map { $0.first == "{" ? "nothing" : String($0) }
            .reduce("") { "\($0)/\($1)" }
    }
}
