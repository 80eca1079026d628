import EventLoop
import HTTPServer
import Model
import TestKit
import Testing

@Suite(.onLoop) struct RoutingTests {
    @Test(arguments: [
        ("/things/7/of/a%2Fb", 200, "7 a/b"), ("/things/new", 200, "literal"),
        ("/files/a%20b/c?x", 200, "a%20b/c"), ("/files/", 200, ""), ("/hello?x=%zz", 200, "hello"),
        ("http://other/hello", 200, "hello"),
    ])
    @LoopActor func pathsReachTheirRoutes(_ target: String, _ status: Int, _ body: String) async throws {
        try await withServer { server in
            let client = try await server.client()
            let answer = try await client.get(target)
            #expect(answer.status == status)
            #expect(answer.body == body)
            client.close()
        }
    }

    @Test(arguments: [
        ("/nothing", 404, "not_found"), ("/hello/", 404, "not_found"), ("/things//of/x", 404, "not_found"),
        ("/things/x/of/y", 400, "invalid_path_parameter"), ("/things/%zz", 400, "malformed_path"),
        ("/broken", 500, "internal_error"), ("/later?ms=%", 400, "malformed_query"),
    ])
    @LoopActor func refusalsHaveTheOneErrorBody(_ target: String, _ status: Int, _ code: String) async throws
    {
        try await withServer { server in
            let client = try await server.client()
            let answer = try await client.get(target)
            #expect(answer.status == status)
            #expect(answer.isErrorBody)
            #expect(answer.body.contains("\"code\":\"\(code)\""))
            #expect(answer.keepsAlive)
            #expect(try await client.get("/hello").status == 200)
            if code == "internal_error" {
                #expect(server.errors.count == 1)
                #expect(!answer.body.contains("inside"))
            }
            client.close()
        }
    }

    @Test @LoopActor func otherMethodsNameTheAllowedOnes() async throws {
        try await withServer { server in
            let client = try await server.client()
            let answer = try await client.get("/hello", method: .delete)
            #expect(answer.status == 405)
            #expect(answer.headers["allow"] == "GET, HEAD")
            #expect(answer.isErrorBody)
            client.close()
        }
    }

    @Test @LoopActor func headIsServedWhereverGetIs() async throws {
        try await withServer { server in
            let client = try await server.client()
            for path in ["/hello", "/stream", "/nothing"] {
                let answer = try await client.get(path, method: .head)
                #expect(answer.body.isEmpty)
                if path == "/hello" { #expect(answer.headers["content-length"] == "5") }
            }
            #expect(try await client.get("/hello").body == "hello")
            client.close()
        }
    }

    @Test @LoopActor func requestIDsAreEchoedWhenTheyAreFit() async throws {
        try await withServer { server in
            let client = try await server.client()
            #expect(
                try await client.get("/hello", "X-Request-Id: abc-1\r\n").headers["x-request-id"] == "abc-1")
            for unfit in ["a b", "", String(repeating: "x", count: 129), "\u{e4}"] {
                let id = try await client.get("/hello", "X-Request-Id: \(unfit)\r\n").headers["x-request-id"]
                #expect(id.flatMap { UUIDValue($0) } != nil, "'\(unfit)'")
            }
            #expect(try await client.get("/hello").headers["date"]?.hasSuffix(" GMT") == true)
            client.close()
        }
    }

    @Test @LoopActor func mountedRoutesAreListed() async throws {
        try await withServer { server in
            #expect(server.router.routes.first == RouteDescription(method: .get, pattern: "/hello"))
            #expect(server.router.routes.count == 15)
        }
    }
}
