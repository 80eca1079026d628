import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// Every operation has a command: the mounted routes of the built control plane against the built command line.
@Suite(.onLoop, .serialized) struct VerbTests {
    /// The command of each operation.
    static let verbs: [String: String] = [
        "listDeployments": "deployments list", "createDeployment": "deployments create",
        "getDeployment": "deployments status", "patchDeployment": "deployments update",
        "deleteDeployment": "deployments delete", "restartDeployment": "deployments restart",
        "rollBackDeployment": "deployments rollback", "pauseDeployment": "deployments pause",
        "resumeDeployment": "deployments resume", "listRevisions": "deployments revisions",
        "getLogs": "deployments logs", "execute": "deployments exec",
        "forwardPort": "deployments port-forward", "getDeploymentMetrics": "metrics query",
        "registerNode": "nodes register", "listNodes": "nodes list", "getNode": "nodes get",
        "patchNode": "nodes label", "deleteNode": "nodes delete", "cordonNode": "nodes cordon",
        "uncordonNode": "nodes uncordon", "drainNode": "nodes drain", "getDrain": "nodes drain",
        "listNodeTokens": "nodes tokens list", "issueNodeToken": "nodes tokens create",
        "revokeNodeToken": "nodes tokens revoke", "listConfigs": "configs list",
        "createConfig": "configs create", "getConfig": "configs get", "updateConfig": "configs set",
        "deleteConfig": "configs delete", "listConfigVersions": "configs versions",
        "attachConfigToDeployment": "configs attach", "attachConfigToNode": "configs attach",
        "detachConfigFromDeployment": "configs detach", "detachConfigFromNode": "configs detach",
        "listRegistryCredentials": "registry-credentials list",
        "createRegistryCredential": "registry-credentials set",
        "getRegistryCredential": "registry-credentials get",
        "updateRegistryCredential": "registry-credentials set",
        "deleteRegistryCredential": "registry-credentials delete", "listIngressRoutes": "ingress list",
        "createIngressRoute": "ingress create", "getIngressRoute": "ingress get",
        "updateIngressRoute": "ingress set", "deleteIngressRoute": "ingress delete", "apply": "apply",
        "listOperatorTokens": "tokens list", "createOperatorToken": "tokens create",
        "revokeOperatorToken": "tokens revoke", "listRegistrationTokens": "tokens registration list",
        "createRegistrationToken": "tokens registration create",
        "revokeRegistrationToken": "tokens registration revoke", "listAudit": "audit",
        "listAuditAlias": "audit", "listEvents": "events", "listUsage": "usage get",
        "getMetricsSummary": "metrics summary", "getCluster": "cluster status",
        "confirmHistory": "cluster confirm", "releaseBrake": "reachability resume", "backUp": "backup",
        "getHealth": "health", "getAgentStatus": "nodes agent", "getAgentMetrics": "nodes metrics",
    ]
    /// Who asks instead, where no command does.
    static let others: [String: String] = [
        "reportHeartbeat": "agents", "getDesiredState": "agents", "getNodeConfigs": "agents",
        "openTunnel": "agents",
        "getLiveness": "supervisors", "getReadiness": "supervisors",
        "getMetrics": "Prometheus", "getOpenAPI": "generators of clients",
    ]
    /// Commands that say in another way what a listed one says too.
    static let more: Set<String> = ["nodes rename"]
    /// The one command of the relay's operations, of which each method has its own.
    static let relay = "relay"

    @Test @LoopActor func everyOperationOfAnOperatorHasACommandAndEveryCommandAnOperation() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        let document = try await programs.call(.get, "/openapi.json").1
        var operations: Set<String> = []
        for path in document["paths"]?.objectValue ?? [] {
            for operation in path.value.objectValue ?? [] {
                let id = try #require(operation.value["operationId"]?.stringValue)
                operations.insert(path.key.hasPrefix("/relay/") ? Self.relay : id)
            }
        }
        let known = Set(Self.verbs.keys).union(Self.others.keys).union([Self.relay])
        #expect(operations.subtracting(known).sorted() == [])
        #expect(known.subtracting(operations).sorted() == [])

        let help = try await programs.fledx(["--experimental-dump-help"])
        let root = try #require(try JSONNode.parse(Array(help.output.utf8))["command"])
        let commands = Set(Self.leaves(root, []))
        #expect(commands.count > 50)
        #expect(Set(Self.verbs.values).subtracting(commands).sorted() == [])
        #expect(
            commands.subtracting(Self.verbs.values).subtracting(Self.more).sorted() == [Self.relay])
    }

    private static func leaves(_ command: JSONNode, _ path: [String]) -> [String] {
        let below = (command["subcommands"]?.arrayValue ?? []).filter { $0["commandName"] != .string("help") }
        guard !below.isEmpty else { return [path.joined(separator: " ")] }
        return below.flatMap { leaves($0, path + [$0["commandName"]?.stringValue ?? ""]) }
    }
}
