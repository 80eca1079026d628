import Model
import Testing

@Suite struct ConfigVariableTests {
    @Test func laterConfigsWinAndTheDeclarationWinsOverAll() {
        let node = Self.config(1, ["A": "node", "B": "node", "C": "node"])
        let own = Self.config(2, ["B": "own", "C": "own"])
        var container = ContainerSpec(image: "web:1")
        container.env = ["C": "declared"]
        let replica = DesiredReplica(
            assignmentID: AssignmentID(UUIDValue(high: 1, low: 1)),
            deploymentID: DeploymentID(UUIDValue(high: 1, low: 2)), name: "web", replicaNumber: 0,
            generation: 1,
            container: container, configs: [node.reference, own.reference])
        let document = DesiredStateDocument(
            epoch: Epoch(UUIDValue(high: 1, low: 3)), revision: 1, headRevision: 1,
            controlPlaneVersion: "0.1.0",
            minSupportedAgentVersion: "0.1.0", maxSupportedAgentVersion: "0.1.0",
            tunnel: TunnelEndpoint(host: "edge.example", port: 7443, useTLS: true), deployments: [replica],
            configs: [node, own],
            secrets: DesiredSecrets(
                registryLogins: [.init(name: "hub", host: "docker.io", username: "u", password: "p")]))
        let ready = document.withConfigVariables()
        #expect(ready.deployments[0].container.env == ["A": "node", "B": "own", "C": "declared"])
        #expect(ready.secrets == nil)
        #expect(ready.withConfigVariables() == ready)
    }

    private static func config(_ number: UInt64, _ variables: [String: String]) -> DesiredConfig {
        DesiredConfig(
            reference: ConfigReference(configID: ConfigID(UUIDValue(high: 2, low: number)), version: 1),
            name: "config\(number)",
            content: ConfigContent(
                entries: variables.map { ConfigEntry(key: $0.key, source: .value($0.value)) }))
    }
}
