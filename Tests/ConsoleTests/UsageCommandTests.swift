import ArgumentParser
import Model
import Testing

@testable import Console

@Suite struct UsageCommandTests {
    static let now = Timestamp(milliseconds: 1_795_608_000_000)
    static let deployment = DeploymentID(UUIDValue(high: 0x550E_8400_E29B_41D4, low: 1))
    static let node = NodeID(UUIDValue(high: 0x650E_8400_E29B_41D4, low: 1))

    static func sample(_ secondsAgo: Int64, block: UInt64? = 0) -> ResourceSample {
        ResourceSample(
            collectedAt: now.adding(milliseconds: -secondsAgo * 1000), cpuPercent: 12.34,
            memoryBytes: 64 << 20, networkReceivedBytes: 2048, networkSentBytes: 10, blockReadBytes: block,
            blockWrittenBytes: block)
    }

    static let metrics = DeploymentMetrics(
        deploymentID: deployment, deployment: "myapp", windowSecs: 600, asOf: now,
        replicas: [
            .init(
                nodeID: node, replicaNumber: 0, lastSeen: now, metrics: [sample(32, block: nil), sample(2)]),
            .init(nodeID: node, replicaNumber: 1, lastSeen: nil, metrics: []),
        ])

    @Test func theNewestSampleOfEveryReplicaIsShown() {
        let expected = """
            DEPLOYMENT  REPLICA  NODE      SAMPLED  CPU    MEMORY  NET RX  NET TX  BLOCK READ  BLOCK WRITE
            myapp       0        650e8400  2s ago   12.3%  64MiB   2KiB    10B     0B          0B
            myapp       1        650e8400  -        -      -       -       -       -           -

            """
        #expect(UsageText.samples([Self.metrics], all: false, now: Self.now) == expected)
        let all = UsageText.samples([Self.metrics], all: true, now: Self.now)
        #expect(all.contains("32s ago") && all.split(separator: "\n").count == 4)
        #expect(UsageText.samples([], all: false, now: Self.now) == "no replicas\n")
        let narrow = UsageText.samples([Self.metrics], all: false, now: Self.now, width: 70)
        #expect(!narrow.contains("BLOCK") && narrow.contains("NET RX"))
    }

    @Test func minutesAreATable() {
        let figures = UsageFigures(
            samples: 2, cpuPercent: 50, memoryBytes: 1 << 30, receivedBytes: 5 << 20, sentBytes: 1)
        let item = UsageRollup(
            deploymentID: Self.deployment, nodeID: Self.node, replicaNumber: 0, bucketStart: Self.now,
            figures: figures)
        let expected = """
            MINUTE            DEPLOYMENT  NODE      REPLICA  SAMPLES  CPU  MEMORY  RX    TX
            2026-11-25 12:00  550e8400    650e8400  0        2        50%  1GiB    5MiB  1B
            more; use --cursor abc

            """
        let page = UsagePage(items: [item], limit: 1, offset: 0, nextCursor: "abc")
        #expect(UsageText.page(page, of: "myapp") == expected)
        let none = UsagePage(items: [], limit: 1, offset: 0, nextCursor: nil)
        #expect(UsageText.page(none, of: "myapp") == "no usage of myapp in this time\n")
    }

    @Test func theSummaryIsATable() {
        let summary = MetricsSummary(
            limit: 16, windowSecs: 60, asOf: Self.now,
            items: [.init(method: "GET", path: "/api/v1/nodes/{id}", status: "404", count: 12)])
        let expected = """
            METHOD  STATUS  COUNT  PATH
            GET     404     12     /api/v1/nodes/{id}
            in the last 60 s

            """
        #expect(UsageText.summary(summary) == expected)
    }

    @Test(arguments: [
        (["metrics", "query", "--node", "edge-node-1"]),
        ["metrics", "query", "--deployment", "a", "--samples"],
        ["usage", "get", "--deployment", "myapp"], ["usage", "list", "--node", "a", "--range", "15m"],
        ["metrics", "summary"], ["metrics", "show", "--limit", "3"],
    ])
    func commandsTakeTheirArguments(_ words: [String]) {
        #expect(throws: Never.self) { try Fledx.parseAsRoot(words) }
    }

    @Test(arguments: [
        ["metrics", "query"], ["metrics", "query", "--node", "a", "--deployment", "b"], ["usage", "get"],
        ["usage", "get", "--deployment", "a", "--range", "soon"],
        ["usage", "get", "--deployment", "a", "--range", "1h", "--since", "2026-11-25T12:00:00Z"],
    ])
    func faultyCommandLinesAreRefused(_ words: [String]) {
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(words) }
    }

    @Test(
        arguments: [
            ("90s", 90), ("15m", 900), ("6h", 21_600), ("2d", 172_800), ("0s", nil), ("m", nil), ("5", nil),
            ("-1h", nil), ("99999999999d", nil),
        ] as [(String, Int64?)])
    func rangesAreRead(_ text: String, _ seconds: Int64?) { #expect(UsageRange.seconds(text) == seconds) }
}
