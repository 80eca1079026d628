import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// A control plane that holds three of everything, on which every operation of the API document can be tried.
@LoopActor
struct WalkedPlane {
    let plane: TestPlane
    /// The node `web`, as its agent.
    let node: TestNode
    /// An ingress route, which has no name.
    private let route: String
    /// A token of the node.
    private let nodeToken: String

    static func with(_ body: @LoopActor (WalkedPlane) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try FileIO.writeDurably(folder.path("key"), Array(String(repeating: "ab", count: 32).utf8))
        try await TestPlane.with(["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")]) { plane in
            try await body(try await WalkedPlane(plane))
        }
    }

    private init(_ plane: TestPlane) async throws {
        self.plane = plane
        node = try await plane.readyNode(#"{"name":"web"}"#)
        var token = ""
        var route = ""
        for name in ["web", "other", "third"] {
            if name != "web" { _ = try await plane.readyNode(#"{"name":"\#(name)"}"#) }
            for (path, body) in [
                ("deployments", #"{"name":"\#(name)","image":"nginx:1","ports":[{"container_port":80}]}"#),
                ("configs", #"{"name":"\#(name)","entries":[{"key":"A","value":"1"}]}"#),
                ("registry-credentials", #"{"host":"\#(name).io","username":"u","password":"p"}"#),
                (
                    "ingress-routes",
                    #"{"host":"\#(name).example.com","deployment":"web","container_port":80}"#
                ), ("operator-tokens", #"{"name":"\#(name)","role":"operator"}"#),
                ("registration-tokens", #"{"name":"\#(name)"}"#), ("nodes/web/tokens", "{}"),
            ] {
                let made = try await plane.send("POST", "/api/v1/\(path)", json: body)
                try #require(made.status == 201, "\(path): \(made.text)")
                if path == "ingress-routes" { route = try #require(try made.json()["route_id"]?.stringValue) }
                if path == "nodes/web/tokens" {
                    token = try #require(try made.json()["token_id"]?.stringValue)
                }
            }
        }
        self.route = route
        nodeToken = token
        for target in ["deployments", "nodes"] {
            let attached = try await plane.send("POST", "/api/v1/configs/web/\(target)/web")
            try #require(attached.status == 201, "\(attached.text)")
        }
    }

    /// The path of an operation on what is there.
    func path(_ operation: APIOperation) -> String {
        var path = operation.pattern
        for name in operation.pathParameters {
            let value =
                switch name {
                case "token_id": nodeToken
                case "id" where operation.pattern.hasPrefix("/api/v1/ingress-routes"): route
                case "id" where operation.pattern.hasPrefix("/api/v1/registry-credentials"): "web.io"
                case "id" where token(operation) == node.token: "\(node.id)"
                default: "web"
                }
            path = path.replacing("{\(name)}", with: value)
        }
        return path
    }

    /// Who may do it.
    func token(_ operation: APIOperation) -> String {
        switch operation.id {
        case "registerNode": TestPlane.registrationToken
        case "getDesiredState", "getNodeConfigs", "reportHeartbeat": node.token
        default: TestPlane.operatorToken
        }
    }

    /// A body with which a mutation succeeds; nil where it takes none.
    func body(_ operation: APIOperation) -> String? {
        switch operation.id {
        case "createDeployment": #"{"name":"new","image":"nginx:1"}"#
        case "patchDeployment": #"{"replicas":2}"#
        case "rollBackDeployment": #"{"revision":1}"#
        case "createConfig": #"{"name":"new","entries":[]}"#
        case "updateConfig": #"{"entries":[{"key":"A","value":"2"}]}"#
        case "createRegistryCredential": #"{"host":"new.io","username":"u","password":"p"}"#
        case "updateRegistryCredential": #"{"username":"v"}"#
        case "createIngressRoute": #"{"host":"new.example.com","deployment":"web","container_port":80}"#
        case "updateIngressRoute": #"{"path_prefix":"/new"}"#
        case "patchNode": #"{"labels":{"zone":"a"}}"#
        case "createOperatorToken": #"{"name":"new","role":"read_only"}"#
        case "createRegistrationToken": #"{"name":"new"}"#
        case "issueNodeToken", "registerNode": "{}"
        case "apply": #"{"items":[{"kind":"deployment","name":"applied","image":"nginx:1"}]}"#
        default: operation.body.map { String(decoding: $0.example.encoded(), as: UTF8.self) }
        }
    }

    /// The query without which an operation says nothing.
    func query(_ operation: APIOperation) -> String {
        switch operation.id {
        case "listUsage": "deployment=web"
        case "deleteNode": "force=true"
        default: ""
        }
    }

    func send(
        _ operation: APIOperation, query more: String = "", headers: [(String, String)] = [],
        method: String? = nil
    ) async throws -> TestResponse {
        let words = [query(operation), more].filter { !$0.isEmpty }.joined(separator: "&")
        return try await plane.send(
            method ?? operation.method.name, path(operation) + (words.isEmpty ? "" : "?\(words)"),
            token: token(operation), json: body(operation), headers: headers)
    }

    /// Everything that is declared: the lists, without those of what happened.
    func state() async throws -> [String: String] {
        var texts: [String: String] = [:]
        for operation in plane.operations where Self.isList(operation) {
            guard !["listAudit", "listAuditAlias", "listUsage"].contains(operation.id) else { continue }
            texts[operation.id] = try await send(operation, query: "limit=1000").text
        }
        for one in ["deployments/web", "configs/web", "nodes/web", "deployments/web/revisions"] {
            let answer = try await plane.send("GET", "/api/v1/\(one)")
            texts[one] = "\(answer.headers["etag"] ?? "") \(answer.text)"
        }
        return texts
    }

    /// How much is declared, and the tags: what updates on their way do not change.
    func counts() async throws -> [String: String] {
        var counts = try await state().mapValues { text in
            "\((try? JSONNode.parse(Array(text.utf8)))?["total"]?.intValue ?? -1)"
        }
        for one in ["deployments/web", "configs/web", "nodes/web"] {
            counts[one] = try await plane.send("GET", "/api/v1/\(one)").headers["etag"]
        }
        return counts
    }

    /// Whether it answers pages of a list.
    nonisolated static func isList(_ operation: APIOperation) -> Bool {
        operation.query.contains { $0.name == "offset" }
    }

    /// Mutations that can be rehearsed and repeated here: there is no history to confirm, and a tunnel is missing.
    var mutations: [APIOperation] {
        plane.operations.filter { operation in
            operation.isMutation && operation.isRepeatable && !Self.isTunnelled(operation)
                && operation.id != "confirmHistory"
        }
    }

    nonisolated static func isTunnelled(_ operation: APIOperation) -> Bool {
        let own = [
            "openTunnel", "getLogs", "execute", "forwardPort", "getAgentStatus", "getAgentMetrics",
        ]
        return own.contains(operation.id) || operation.pattern.hasPrefix("/relay/")
    }
}
