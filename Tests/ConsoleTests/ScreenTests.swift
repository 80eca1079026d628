import Model
import Testing

@testable import Console

/// What a table looks like where there is little room.
@Suite struct ScreenTests {
    static func fits(_ text: String, _ width: Int) -> Bool {
        text.split(separator: "\n").allSatisfy { $0.count <= width }
    }

    static func summary(_ name: String, image: String) -> DeploymentSummary {
        DeploymentSummary(
            deploymentID: DeploymentID(UUIDValue(high: 1, low: 2)),
            spec: DeploymentSpec(name: name, container: ContainerSpec(image: image), replicas: 2),
            replicasReady: 1, unplacedReplicas: 1, status: .pending, generation: 1, assignments: [],
            lastReported: nil, createdAt: RenderingTests.now)
    }

    @Test func listsFitAndKeepNamesWhole() {
        let name = String(repeating: "n", count: 63)
        let image = "registry.example.com:5000/team/group/application:2026.11.23"
        let page = Page(items: [Self.summary(name, image: image)], limit: 50, offset: 0, total: 1)
        let narrow = DeploymentText.list(page, now: RenderingTests.now, width: 100)
        #expect(Self.fits(narrow, 100), "\(narrow)")
        #expect(narrow.contains(name))
        #expect(narrow.contains("2026.11.23"))
        let piped = DeploymentText.list(page, now: RenderingTests.now)
        #expect(piped.contains(image) && piped.contains("GENERATION"))
    }

    @Test func wideListsPrintWholeIdsAndNothingIsLeftOut() {
        let page = Page(items: [Self.summary("web", image: "i")], limit: 50, offset: 0, total: 1)
        let wide = DeploymentText.list(page, now: RenderingTests.now, wide: true, width: 40)
        #expect(wide.contains("00000000-0000-0001-0000-000000000002"))
        #expect(!DeploymentText.list(page, now: RenderingTests.now).contains("00000000"))
    }

    @Test func statusFitsAHundredColumnsWithLongReasons() {
        let reason = String(repeating: "no node has the label zone=west and a free port 8080; ", count: 5)
        var instances = (0..<4).map { RenderingTests.instance($0, state: .pending, reason: reason) }
        for index in instances.indices { instances[index].nodeName = "warehouse-rotterdam-edge-\(index)" }
        var detail = RenderingTests.detail(.deploying, instances)
        detail.conditions = [Condition(type: "unplaced", message: reason)]
        let text = DeploymentText.detail(detail, now: RenderingTests.now, width: 100)
        #expect(Self.fits(text, 100), "\(text)")
        #expect(text.contains("  replicas 0-3: no node has"))
        #expect(text.contains("warehouse-rotterdam-edge-3"))
        #expect(text.contains("10.0.0.1:8080"))
    }

    @Test func replicasAreNamedInRuns() {
        #expect(Reasons.names([1]) == "replica 1")
        #expect(Reasons.names([5, 0, 1, 2, 2]) == "replicas 0-2, 5")
    }

    @Test func endpointFallsBackToTheNodesName() {
        var instance = RenderingTests.instance(0, state: .running)
        instance.endpoints = []
        #expect(Words.endpoints(instance) == "edge-1:8080")
        instance.ports = [PortMapping(containerPort: 80, hostPort: 8080, hostIP: "::1")]
        #expect(Words.endpoints(instance) == "[::1]:8080")
        instance.ports = [PortMapping(containerPort: 80)]
        #expect(Words.endpoints(instance) == "-")
    }

    @Test func wordsAreBrokenAtBlanksOnly() {
        #expect(Words.wrapped("aa bb cccccccc d", width: 5) == ["aa bb", "cccccccc", "d"])
        #expect(Words.wrapped("", width: 5).isEmpty)
    }

    @Test func onlyAScreenHasAWidth() {
        #expect(Terminal.columns(isTerminal: false, wish: "80", device: 80) == nil)
        #expect(Terminal.columns(isTerminal: true, wish: nil, device: 120) == 120)
        #expect(Terminal.columns(isTerminal: true, wish: "90", device: 120) == 90)
        #expect(Terminal.columns(isTerminal: true, wish: "x", device: nil) == nil)
        #expect(Terminal.columns(isTerminal: true, wish: "1", device: nil) == Terminal.fewestColumns)
    }
}
