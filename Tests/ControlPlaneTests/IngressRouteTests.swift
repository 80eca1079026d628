import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct IngressRouteTests {
    private static let path = "/api/v1/ingress-routes"
    private static let web =
        #"{"name":"web","image":"nginx:1","ports":[{"container_port":80},{"container_port":53,"protocol":"udp"}]}"#
    private static let route =
        #"{"host":"App.example.com","path_prefix":"/shop","deployment":"web","container_port":80,"tls":"main"}"#

    @Test @LoopActor func aRouteIsDeclaredShownListedChangedAndDeleted() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(Self.web)
            #expect(try await plane.send("POST", "\(Self.path)?dry_run=true", json: Self.route).status == 204)
            let created = try await plane.send("POST", Self.path, json: Self.route)
            #expect(created.status == 201, "\(created.text)")
            let view: IngressRouteView = try created.decode()
            #expect(view.host == "app.example.com" && view.deployment == "web" && view.tls == "main")
            #expect(view.conditions.map(\.type) == ["certificate_missing", "gateway_unavailable"])
            #expect(view.conditions.first?.message.contains("'main'") == true)
            let one = "\(Self.path)/\(view.routeID)"
            let page: Page<IngressRouteView> = try await plane.send(
                "GET", "\(Self.path)?host=app.example.com&deployment=web"
            ).decode()
            #expect(page.items.map(\.routeID) == [view.routeID])
            let changed = try await plane.send(
                "PUT", one, json: #"{"path_prefix":"/","tls":null}"#, headers: [("if-match", "\"1\"")])
            let now: IngressRouteView = try changed.decode()
            #expect(now.conditions.map(\.type) == ["gateway_unavailable"])
            #expect(now.version == 2 && now.pathPrefix == "/" && now.tls == nil && now.containerPort == 80)
            #expect(
                try await plane.send("DELETE", one, headers: [("if-match", "\"1\"")]).status == 412)
            #expect(try await plane.send("DELETE", one).status == 204)
            #expect(try await plane.send("GET", one).status == 404)
        }
    }

    @Test @LoopActor func whatLeadsNowhereIsRefusedByItsField() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(Self.web)
            let faulty = try await plane.send(
                "POST", Self.path,
                json: #"{"host":"-a.b","path_prefix":"shop?x","container_port":0,"tls":"a b","colour":1}"#)
            #expect(faulty.status == 422)
            #expect(
                Set(faulty.fields) == [
                    "host", "path_prefix", "deployment", "container_port", "tls", "colour",
                ])
            for (body, field) in [
                (#"{"deployment":"nobody","container_port":80}"#, "deployment"),
                (#"{"deployment":"web","container_port":81}"#, "container_port"),
                (#"{"deployment":"web","container_port":53}"#, "container_port"),
            ] {
                let refused = try await plane.send("POST", Self.path, json: body)
                #expect(refused.status == 422, "\(refused.text)")
                #expect(refused.fields == [field])
            }
            #expect(try await plane.send("POST", Self.path, json: Self.route).status == 201)
            let twice = try await plane.send("POST", Self.path, json: Self.route)
            #expect(twice.status == 409)
            #expect(twice.fields == ["path_prefix"])
        }
    }

    @Test @LoopActor func aRouteOutlivesItsDeploymentAndSaysSo() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(Self.web)
            let created: IngressRouteView = try await plane.send("POST", Self.path, json: Self.route).decode()
            let one = "\(Self.path)/\(created.routeID)"
            _ = try await plane.send(
                "PATCH", "/api/v1/deployments/web", json: #"{"ports":[{"container_port":81}]}"#)
            let without: IngressRouteView = try await plane.send("GET", one).decode()
            #expect(
                without.conditions.map(\.type) == [
                    "port_not_declared", "certificate_missing", "gateway_unavailable",
                ])
            _ = try await plane.send("DELETE", "/api/v1/deployments/web")
            let orphan: IngressRouteView = try await plane.send("GET", one).decode()
            #expect(
                orphan.conditions.map(\.type) == [
                    "deployment_deleted", "certificate_missing", "gateway_unavailable",
                ])
            #expect(orphan.deployment == nil)
        }
    }
}
