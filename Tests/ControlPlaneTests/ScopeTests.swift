import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct ScopeTests {
    @Test @LoopActor func everyRouteOfOperatorsNamesItsOneScope() async throws {
        try await TestPlane.with { plane in
            let routes = plane.plane.responder.routes
            #expect(routes.count == plane.plane.responder.mounted.count)
            for route in routes where route.scope != nil {
                let scope = try #require(route.scope)
                var grant = OperatorGrant.environment(actorID: "test")
                grant.scopes.remove(scope)
                let refusal = #expect(throws: Refusal.self) { try grant.require(scope) }
                #expect(refusal?.status == .forbidden)
                #expect(refusal?.message.contains("'\(scope.rawValue)'") == true)
                grant.scopes = [scope]
                #expect(throws: Never.self) { try grant.require(scope) }
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
}
