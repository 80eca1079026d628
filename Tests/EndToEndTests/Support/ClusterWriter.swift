import EventLoop
import HTTPClient
import Model
import TestKit

/// Changes a cluster at random until the control plane is gone, and remembers what was acknowledged.
@LoopActor
final class ClusterWriter {
    /// How often a change of a kind and a name was acknowledged.
    private(set) var acknowledged: [String: Int] = [:]
    /// How many changes were sent and not answered.
    private(set) var unanswered = 0

    private let programs: Programs
    private let name: String
    private var random: SeededRandom
    private var count = 0
    private var deployments: [String] = []
    private var configs: [String] = []
    private var nodes: [String] = []

    init(_ programs: Programs, name: String, seed: UInt64) {
        self.programs = programs
        self.name = name
        random = SeededRandom(seed: seed)
    }

    /// Sends one change after the other until one of them is not answered, or there were enough.
    func write(atMost limit: Int) async {
        for _ in 0..<limit {
            do {
                try await change()
            } catch {
                unanswered += 1
                return
            }
        }
    }

    private func change() async throws {
        count += 1
        let new = "\(name)-\(count)"
        switch random.nextRandom() % 12 {
        case 0, 1:
            deployments.append(new)
            try await send(.post, "deployments", KillTests.body(new, "nginx:1", replicas: 1), "created", new)
        case 2, 3, 4:
            guard let old = deployments.randomElement(using: &random) else { return }
            let body = #"{"env":{"ROUND":"\#(count)"},"replicas":\#(count % 3)}"#
            try await send(.patch, "deployments/\(old)", body, "updated", old)
        case 5:
            guard deployments.count > 2, let old = deployments.randomElement(using: &random) else { return }
            deployments.removeAll { $0 == old }
            try await send(.delete, "deployments/\(old)", nil, "deleted", old)
        case 6:
            configs.append(new)
            try await send(.post, "configs", #"{"name":"\#(new)",\#(entries)}"#, "created", new)
        case 7, 8:
            guard let old = configs.randomElement(using: &random) else { return }
            try await send(.put, "configs/\(old)", "{\(entries)}", "updated", old)
        case 9:
            guard let old = configs.randomElement(using: &random),
                let deployment = deployments.randomElement(using: &random)
            else { return }
            try await send(.post, "configs/\(old)/deployments/\(deployment)", nil, nil, old)
        case 10:
            nodes.append(new)
            try await register(new)
        default:
            guard let old = nodes.randomElement(using: &random) else { return }
            let verb = count % 2 == 0 ? "cordon" : "uncordon"
            try await send(.post, "nodes/\(old)/\(verb)", nil, nil, old)
        }
    }

    private var entries: String { #""entries":[{"key":"ROUND","value":"\#(count)"}]"# }

    /// - Parameters:
    ///   - method: What is done.
    ///   - path: To what, below `/api/v1/`.
    ///   - body: How.
    ///   - verb: The word of the event that must come of it; nil where nothing may have been changed.
    ///   - subject: The name that the event bears.
    /// - Throws: That nobody answered.
    private func send(
        _ method: HTTPMethod, _ path: String, _ body: String?, _ verb: String?, _ subject: String
    ) async throws {
        let status = try await programs.call(method, "/api/v1/\(path)", body).0
        guard status < 300, let verb else { return }
        let kind = path.hasPrefix("deployments") ? "deployment" : "config"
        acknowledged["\(kind).\(verb) \(subject)", default: 0] += 1
    }

    private func register(_ node: String) async throws {
        var request = try programs.operatorRequest(.post, "/api/v1/nodes/register")
        let token = try programs.secret("FLEDX_CP_REGISTRATION_TOKEN")
        request.headers.set("authorization", "Bearer \(token)")
        request.headers.append("content-type", "application/json")
        request.body = .bytes(Array(#"{"name":"\#(node)"}"#.utf8))
        if try await programs.ask(request).head.status.code < 300 {
            acknowledged["node.registered \(node)", default: 0] += 1
        }
    }
}
