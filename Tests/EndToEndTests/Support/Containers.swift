import EventLoop
import HTTPClient
import JSON
import Model
import TestKit

/// What the engine itself says of a deployment's containers.
struct Containers: Sendable {
    struct One: Sendable, Hashable {
        let id: String
        let assignment: String
        let isRunning: Bool
    }

    let all: [One]

    var running: [One] { all.filter(\.isRunning) }
    var runningIDs: Set<String> { Set(running.map(\.id)) }

    /// Whether no placement has two containers that run.
    var isUnique: Bool { Set(running.map(\.assignment)).count == running.count }

    /// When the engine started a container last.
    @LoopActor static func start(of id: String, on docker: PrivateDocker) async throws -> String? {
        try await start(of: id, socketPath: docker.socketPath)
    }

    /// The same for any engine.
    @LoopActor static func start(of id: String, socketPath: String) async throws -> String? {
        let client = HTTPClient()
        defer { client.close() }
        let request = HTTPClientRequest(
            .get, "http://docker/containers/\(id)/json", unixSocketPath: socketPath)
        return try JSONNode.parse(try await client.request(request).body)["State"]?["StartedAt"]?.stringValue
    }

    @LoopActor static func of(_ deployment: String, on docker: PrivateDocker) async throws -> Containers {
        try await of(deployment, socketPath: docker.socketPath)
    }

    /// The same on any engine.
    @LoopActor static func of(_ deployment: String, socketPath: String) async throws -> Containers {
        let filter = #"{"label":["fledx.deployment_name=\#(deployment)"]}"#
        let encoded = filter.utf8.map { byte in
            let digits = Array("0123456789ABCDEF".utf8)
            return String(
                decoding: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
        }.joined()
        let client = HTTPClient()
        defer { client.close() }
        let request = HTTPClientRequest(
            .get, "http://docker/containers/json?all=true&filters=\(encoded)", unixSocketPath: socketPath)
        let list = try JSONNode.parse(try await client.request(request).body).arrayValue ?? []
        return Containers(
            all: list.map { node in
                One(
                    id: node["Id"]?.stringValue ?? "",
                    assignment: node["Labels"]?["fledx.assignment_id"]?.stringValue ?? "",
                    isRunning: node["State"]?.stringValue == "running")
            })
    }
}
