import EventLoop
import HTTPServer
import JSON
import Model
import Testing

@testable import ControlPlane

/// Holds every response of these tests against the API document: status, media type and body.
@LoopActor
struct ContractCheck {
    private let check: SchemaCheck
    private let document: JSONNode
    private let router: Router
    /// Refusals that the server makes before any route is asked, or for all of them.
    private nonisolated static let ofTheServer: Set<Int> = [
        400, 404, 405, 408, 413, 414, 431, 500, 501, 503, 505,
    ]

    init(_ plane: ControlPlane) throws {
        document = try JSONNode.parse(plane.document.document().body)
        check = SchemaCheck(document: document)
        router = Router()
        for route in plane.responder.mounted {
            router.on(route.method, route.pattern) { _ in .now(HTTPResponse(.ok)) }
        }
    }

    /// Records an issue for everything in a response that the document does not say.
    func verify(_ method: String, _ target: String, _ response: TestResponse) {
        let place = "\(method) \(target) \(response.status)"
        for fault in faults(method, target, response) {
            Issue.record("\(place) breaks the contract: \(fault)")
        }
    }

    private func faults(_ method: String, _ target: String, _ response: TestResponse) -> [String] {
        if response.headers["x-request-id"] == nil { return ["it has no x-request-id"] }
        // What was relayed is the other side's word.
        if target.hasPrefix("/relay/"), response.status < 400 { return [] }
        // A route that nobody described is told once, by `OpenAPITests`, and not with each of its responses.
        if let route = route(method, target), route.isDescribed == false { return [] }
        guard let answer = answer(method, target, response.status) else {
            guard Self.ofTheServer.contains(response.status) else { return ["this status is not documented"] }
            return body(response, ["application/json": Self.errorContent])
        }
        return body(response, content(answer))
    }

    /// The mounted route that takes a request.
    private func route(_ method: String, _ target: String) -> (operation: JSONNode?, isDescribed: Bool)? {
        let wanted = method == "HEAD" ? "GET" : method
        let request = HTTPRequest(head: HTTPRequestHead(method: HTTPMethod(wanted), target: target))
        guard (try? router.admit(request)) != nil, let pattern = request.route else { return nil }
        let operation = document["paths"]?[OpenAPIDocument.documented(pattern)]?[wanted.lowercased()]
        return (operation, OpenAPIDocument.operation(HTTPMethod(wanted), pattern) != nil)
    }

    /// What the document says of this status of the operation that takes the request.
    private func answer(_ method: String, _ target: String, _ status: Int) -> JSONNode? {
        route(method, target)?.operation?["responses"]?["\(status)"]
    }

    private func content(_ answer: JSONNode) -> [String: JSONNode] {
        let members = answer["content"]?.objectValue ?? []
        return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    private func body(_ response: TestResponse, _ content: [String: JSONNode]) -> [String] {
        guard !response.body.isEmpty else { return [] }
        guard let type = response.headers["content-type"], let media = content[type] else {
            return ["the type \(response.headers["content-type"] ?? "-") is not documented"]
        }
        guard type == "application/json", response.headers["content-encoding"] == nil,
            let schema = media["schema"]
        else { return [] }
        guard let value = try? JSONNode.parse(response.body) else { return ["the body is not JSON"] }
        return check.faults(value, schema)
    }

    private nonisolated static let errorContent: JSONNode = .object([
        "schema": .object(["$ref": "#/components/schemas/Error"])
    ])
}
