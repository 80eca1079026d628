import JSON
import Model
import Testing

@Suite struct NodeReportCodecTests {
    static let report = NodeReport(
        bootID: BootID("550e8400-e29b-41d4-a716-446655440000"), sequence: 9, isFull: false,
        nodeStatus: .error,
        conditions: [
            Condition(type: "docker_down", message: "no \"socket\"", since: Timestamp(milliseconds: 5))
        ],
        timestamp: Timestamp(milliseconds: 1_795_429_230_456),
        inventory: Inventory(
            arch: "x86_64", os: "linux", labels: ["zone": "west", "a": "ä"],
            capacity: Capacity(cpuMillis: 4000, memoryBytes: 8 << 30), publicIP: "1.2.3.4", publicHost: "h"),
        foreignPorts: [22, 65_535],
        applied: Epoch("650e8400-e29b-41d4-a716-446655440000").map { .init(epoch: $0, revision: 7) },
        containers: (0..<3).map { index in
            InstanceReport(
                assignmentID: AssignmentID(UUIDValue(high: 1, low: UInt64(index))),
                deploymentID: DeploymentID(UUIDValue(high: 2, low: 2)), replicaNumber: index, generation: 4,
                containerID: "abc", state: .running, message: index == 1 ? "why" : nil, restartCount: 2,
                lastUpdated: Timestamp(milliseconds: 77),
                rejectedGeneration: index == 2 ? 5 : nil,
                imageDigest: index == 0 ? "r/web@sha256:ab" : nil, isPortTaken: index == 2,
                endpoints: ["1.2.3.4:80"])
        })

    @Test func everythingWrittenIsReadBack() throws {
        #expect(try NodeReportCodec.decode(NodeReportCodec.encode(Self.report)) == Self.report)
    }

    @Test func samplesTravelWithTheirReplica() throws {
        var report = Self.report
        let sample = ResourceSample(
            collectedAt: Timestamp(milliseconds: 1_795_429_230_456), cpuPercent: 12.5, memoryBytes: 1 << 30,
            networkReceivedBytes: 7, networkSentBytes: 8, blockReadBytes: 9)
        let replica = report.containers[1].replicaKey
        report.samples = ReportedSamples(byReplica: [replica: [sample, sample]], countersAreDeltas: true)
        let memory = ReportMemory()
        for _ in 0..<2 {
            let decoded = try NodeReportCodec.decode(NodeReportCodec.encode(report), recalling: memory)
            #expect(decoded == report, "a report with samples is no repetition")
        }
    }

    @Test func samplesThatCannotBeTrueAreLeftOutAndCounted() throws {
        let good = """
            {"collected_at":"2026-11-25T12:00:00Z","cpu_percent":1,"memory_bytes":1,"network_rx_bytes":1,\
            "network_tx_bytes":1,"blk_read_bytes":null}
            """
        let negative = good.replacing("\"cpu_percent\":1", with: "\"cpu_percent\":-1")
        let timeless = good.replacing("2026-11-25T12:00:00Z", with: "2026-11-25T12:00:00Z\",\"x\":\"")
            .replacing("\"collected_at\"", with: "\"at\"")
        let body = """
            {"node_status":"ready","containers":[{"deployment_id":"550e8400-e29b-41d4-a716-446655440000",\
            "state":"running","metrics":[\(good),\(negative),\(timeless)]}]}
            """
        let samples = try NodeReportCodec.decode(Array(body.utf8)).samples
        #expect(samples.count == 1 && samples.unreadable == 2 && !samples.countersAreDeltas)
        #expect(samples.byReplica.values.first?.first?.blockReadBytes == nil)
    }

    @Test func theReferencesSmallestBodyIsRead() throws {
        let body = #"{"node_status":"ready","future":{"x":[1,2]},"containers":null}"#
        let report = try NodeReportCodec.decode(Array(body.utf8))
        #expect(report == NodeReport())
        #expect(report.isFull)
    }

    @Test(arguments: [
        #""seq":"#, #""applied":{"epoch":"650e8400-e29b-41d4-a716-446655440000","revision":"#,
        #""containers":[{"generation":"#, #""containers":[{"rejected_generation":"#,
    ])
    func aCounterThatCannotBeStoredIsRefused(start: String) throws {
        let most = UInt64(Int64.max)
        for (value, isRefused) in [(most, false), (most + 1, true), (UInt64.max, true)] {
            let opened = start.hasPrefix(#""containers""#)
            let end =
                opened
                ? #","deployment_id":"650e8400-e29b-41d4-a716-446655440000","state":"running"}]"#
                : start.contains("{") ? "}" : ""
            let body = Array(#"{"node_status":"ready",\#(start)\#(value)\#(end)}"#.utf8)
            do throws(JSONError) {
                _ = try NodeReportCodec.decode(body)
                #expect(!isRefused, "\(value)")
            } catch {
                #expect(isRefused, "\(error)")
                #expect(error.code == .numberRange)
            }
        }
    }

    @Test func longMessagesAreCutNotRefused() throws {
        var report = Self.report
        report.containers[0].message = String(repeating: "ä", count: 4000)
        let decoded = try NodeReportCodec.decode(NodeReportCodec.encode(report))
        #expect(decoded.containers[0].message?.utf8.count == NodeReportCodec.maxMessageBytes)
    }

    @Test(arguments: [
        "{}", #"{"node_status":"fine"}"#, #"{"node_status":"ready","containers":[{}]}"#,
        #"{"node_status":"ready","boot_id":"x"}"#, #"{"node_status":"ready","foreign_ports":[70000]}"#,
        #"{"node_status":"ready","applied":{"epoch":null}}"#, #"{"node_status":"ready"} x"#,
        #"{"node_status":"ready","containers":[{"deployment_id":"550e8400-e29b-41d4-a716-446655440000"}]}"#,
    ])
    func faultyBodiesAreRefused(body: String) {
        #expect(throws: JSONError.self) { try NodeReportCodec.decode(Array(body.utf8)) }
    }

    @Test func overlongDigestIsNoDigest() throws {
        var report = Self.report
        report.containers[0].imageDigest = String(repeating: "a", count: 1000)
        let decoded = try NodeReportCodec.decode(NodeReportCodec.encode(report))
        #expect(decoded.containers[0].imageDigest == nil)
    }

    @Test func everyTruncationIsRefusedWithoutACrash() {
        let bytes = NodeReportCodec.encode(Self.report)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { try NodeReportCodec.decode(Array(bytes[..<length])) }
        }
    }

    @Test func aRepeatedReportIsReadAsTheFirstOneWas() throws {
        let memory = ReportMemory()
        let body = NodeReportCodec.encode(Self.report)
        for _ in 0..<3 { #expect(try NodeReportCodec.decode(body, recalling: memory) == Self.report) }
    }

    @Test func whatIsRecalledNeverHidesAChange() throws {
        let memory = ReportMemory()
        var generator = SeededIDSource(seed: 7)
        var report = Self.report
        for _ in 0..<300 {
            report.sequence += 1
            switch generator.next() % 8 {
            case 0: report.containers[0].generation += 1
            case 1: report.containers[2].message = report.containers[2].message == nil ? "x" : nil
            case 2: report.containers.append(report.containers[0])
            case 3: report.containers.removeLast(report.containers.count - 3)
            case 4: report.inventory?.labels?["n"] = "\(generator.next() % 3)"
            case 5: report.inventory = report.inventory == nil ? Self.report.inventory : nil
            default: break
            }
            let body = NodeReportCodec.encode(report)
            #expect(try NodeReportCodec.decode(body, recalling: memory) == report)
        }
    }

    @Test func aReportThatGoesOnDifferentlyAfterWhatIsRecalledIsRefused() throws {
        let memory = ReportMemory()
        let text = #"{"node_status":"ready","inventory":{"os":"linux"},"containers":[]"#
        let good = try NodeReportCodec.decode(Array((text + "}").utf8), recalling: memory)
        #expect(good.inventory?.os == "linux")
        for end in ["", "]}", "[]}", #","containers":[]}"#, #","inventory":{"os":"linux"}}"#] {
            #expect(throws: JSONError.self) {
                try NodeReportCodec.decode(Array((text + end).utf8), recalling: memory)
            }
        }
    }

    @Test func addressesBesideTheInventoryAreKeptWithWhatIsRecalled() throws {
        let memory = ReportMemory()
        let inventory = #""inventory":{"os":"linux"}"#
        let before = #"{"node_status":"ready","public_ip":"1.2.3.4",\#(inventory)}"#
        let after = #"{"node_status":"ready",\#(inventory),"public_ip":"1.2.3.4"}"#
        for body in [after, before, after, before] {
            let read = try NodeReportCodec.decode(Array(body.utf8), recalling: memory).inventory
            #expect(read == Inventory(os: "linux", publicIP: "1.2.3.4"))
        }
        let plain = try NodeReportCodec.decode(
            Array(#"{"node_status":"ready",\#(inventory)}"#.utf8), recalling: memory)
        #expect(plain.inventory?.publicIP == nil)
    }
}
