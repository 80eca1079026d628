import EventLoop
import JSON
import Model
import Testing

@testable import ControlPlane

/// A node as its agent knows it.
struct TestNode: Sendable {
    let id: NodeID
    let token: String
    var path: String { "/api/v1/nodes/\(id)" }
}

extension TestPlane {
    /// Registers a node.
    func register(_ json: String = "{}", headers: [(String, String)] = []) async throws -> TestNode {
        let response = try await send(
            "POST", "/api/v1/nodes/register", token: Self.registrationToken, json: json, headers: headers)
        try #require(response.status == 201, "\(response.text)")
        let answer: RegistrationResponse = try response.decode()
        return TestNode(id: answer.nodeID, token: answer.nodeToken)
    }

    /// Registers a node and lets it report that it is ready.
    func readyNode(_ json: String = "{}") async throws -> TestNode {
        let node = try await register(json)
        let response = try await report(node)
        try #require(response.status == 200, "\(response.text)")
        return node
    }

    /// Sends a full report.
    func report(_ node: TestNode, _ report: NodeReport = NodeReport()) async throws -> TestResponse {
        let body = String(decoding: NodeReportCodec.encode(report), as: UTF8.self)
        return try await send("POST", "\(node.path)/heartbeats", token: node.token, json: body)
    }

    /// Declares a deployment.
    func declare(_ json: String) async throws -> DeploymentCreated {
        let response = try await send("POST", "/api/v1/deployments", json: json)
        try #require(response.status == 201, "\(response.text)")
        return try response.decode()
    }

    /// What is said of a deployment.
    func deployment(_ reference: String) async throws -> DeploymentDetail {
        let response = try await send("GET", "/api/v1/deployments/\(reference)")
        try #require(response.status == 200, "\(response.text)")
        return try response.decode()
    }

    /// The node's document and its tag.
    func document(_ node: TestNode) async throws -> (DesiredStateDocument, String) {
        let response = try await send("GET", "\(node.path)/desired-state", token: node.token)
        try #require(response.status == 200, "\(response.text)")
        return (try response.decode(), try #require(response.headers["etag"]))
    }

    /// Reports every replica of the node's document as running.
    func reportRunning(_ node: TestNode) async throws {
        let (document, _) = try await document(node)
        let containers = document.deployments.map { replica in
            InstanceReport(
                assignmentID: replica.assignmentID, deploymentID: replica.deploymentID,
                replicaNumber: replica.replicaNumber, generation: replica.generation, containerID: "c",
                state: .running, lastUpdated: Timestamp(milliseconds: 1_700_000_000_000))
        }
        let applied = NodeReport.Applied(epoch: document.epoch, revision: document.revision)
        let response = try await report(node, NodeReport(applied: applied, containers: containers))
        try #require(response.status == 200, "\(response.text)")
    }
}
