import ClusterCore
import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct ConfigRouteTests {
    private static let path = "/api/v1/configs"
    private static let app = """
        {"name":"app","labels":{"team":"a"},"entries":[{"key":"B","secret_ref":"b"},{"key":"A","value":"1"}],\
        "files":[{"path":"/etc/app.yaml","content":"port: 80\\n"},{"path":"/b","content_base64":"AP8=","mode":"0640"}]}
        """

    @Test @LoopActor func aConfigIsDeclaredShownListedChangedAndDeleted() async throws {
        try await TestPlane.with { plane in
            let created = try await plane.send("POST", Self.path, json: Self.app)
            #expect(created.status == 201, "\(created.text)")
            #expect(created.headers["etag"] == "\"1\"")
            let shown: ConfigDetail = try await plane.send("GET", "\(Self.path)/app").decode()
            #expect(shown.entries.map(\.key) == ["A", "B"])
            #expect(shown.files.map(\.path) == ["/b", "/etc/app.yaml"])
            #expect(shown.files.first?.mode == 0o640)
            #expect(created.headers["location"] == "\(Self.path)/\(shown.metadata.configID)")
            let page: Page<ConfigSummary> = try await plane.send("GET", "\(Self.path)?label=team=a").decode()
            #expect(page.items.map(\.entryCount) == [2])
            let changed = try await plane.send(
                "PUT", "\(Self.path)/app", json: #"{"entries":[{"key":"A","value":"2"}]}"#,
                headers: [("if-match", "\"1\"")])
            let detail: ConfigDetail = try changed.decode()
            #expect(detail.metadata.version == 2)
            #expect(detail.files.count == 2)
            let stale = try await plane.send(
                "DELETE", "\(Self.path)/app", headers: [("if-match", "\"1\"")])
            #expect(stale.status == 412)
            #expect(try await plane.send("DELETE", "\(Self.path)/app").status == 200)
            #expect(try await plane.send("GET", "\(Self.path)/app").status == 404)
        }
    }

    @Test @LoopActor func everyFaultIsToldByItsField() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send(
                "POST", Self.path,
                json: """
                    {"name":" ","entries":[{"key":"A=","value":"1"},{"key":"B"},{"key":"b","value":" "}],\
                    "files":[{"path":"../x","content":"a"},{"path":"/a","content":"a","mode":"9"},\
                    {"path":"/c","file_ref":"../c"},{"path":"/d","content":"a","reload":"later"},\
                    {"path":"/e","content":"a","reload":"signal","signal":"SIGKILL"},\
                    {"path":"/f","content":"a","signal":"SIGHUP"},\
                    {"path":"/g","content":"a","reload":"none","signal":"SIGHUP"}],"colour":1}
                    """)
            #expect(response.status == 422)
            #expect(
                Set(response.fields) == [
                    "name", "entries[0].key", "entries[1]", "entries[2].key", "entries[2].value",
                    "files[0].path", "files[1].mode", "files[2].file_ref", "files[3].reload",
                    "files[4].signal", "files[5].signal", "files[6].signal", "colour",
                ])
            #expect(try await plane.send("POST", Self.path, json: Self.app).status == 201)
            let twice = try await plane.send("POST", Self.path, json: Self.app)
            #expect(twice.status == 409)
            #expect(twice.code == "name_taken")
            let lower = try await plane.send("PUT", "\(Self.path)/app", json: #"{"version":1}"#)
            #expect(lower.status == 422)
            #expect(lower.fields == ["version"])
        }
    }

    @Test @LoopActor func anAttachmentMakesAGenerationAndIsRepeatable() async throws {
        try await TestPlane.with { plane in
            _ = try await plane.declare(BarrierTests.web)
            #expect(try await plane.send("POST", Self.path, json: Self.app).status == 201)
            let path = "\(Self.path)/app/deployments/web"
            let first = try await plane.send("POST", path)
            #expect(first.status == 201, "\(first.text)")
            let again = try await plane.send("POST", path)
            #expect(again.status == 200)
            let times = try [first, again].map { (response) throws -> Timestamp? in
                let view: ConfigAttachment = try response.decode()
                return view.attachedAt
            }
            #expect(times[0] != nil && times[0] == times[1])
            let before: DeploymentDetail = try await plane.send("GET", "/api/v1/deployments/web").decode()
            _ = try await plane.send(
                "PUT", "\(Self.path)/app", json: #"{"entries":[{"key":"A","value":"2"}]}"#)
            let after: DeploymentDetail = try await plane.send("GET", "/api/v1/deployments/web").decode()
            #expect(after.generation == before.generation + 1)
            let kept: ConfigVersionList = try await plane.send("GET", "\(Self.path)/app/versions").decode()
            #expect(kept.items.map(\.version) == [2, 1])
            #expect(kept.items.map(\.isNewest) == [true, false])
            #expect(kept.items.map(\.entryCount) == [1, 2])
            #expect(kept.items.allSatisfy { $0.uses > 0 })
            for _ in 0..<2 {
                let detached: ConfigAttachment = try await plane.send("DELETE", path).decode()
                #expect(!detached.attached)
            }
            #expect(try await plane.send("POST", "\(Self.path)/app/nodes/nobody").status == 404)
        }
    }

    @Test @LoopActor func anotherContentOfALiveFileIsAnotherVersionOfTheSameContainer() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let abilities = AgentCapability.allCases.map(\.rawValue).sorted()
            #expect(try await plane.report(node, NodeReport(capabilities: abilities)).status == 200)
            _ = try await plane.declare(BarrierTests.web)
            let live = { (text: String, signal: String) in
                #"{"path":"/a","content":"\#(text)","reload":"signal"\#(signal)}"#
            }
            let made = try await plane.send(
                "POST", Self.path,
                json: #"{"name":"app","files":[{"path":"/b","content":"b"},\#(live("1", ""))]}"#)
            #expect(made.status == 201, "\(made.text)")
            let shown: ConfigDetail = try made.decode()
            #expect(shown.files.map(\.reload) == [.signal(.hangup), .restart])
            #expect(try await plane.send("POST", "\(Self.path)/app/deployments/web").status == 201)
            for (file, versions) in [
                (live("1", ""), [1, 1]), (live("2", ""), [2, 1]),
                (live("2", #","signal":"SIGUSR1""#), [3, 3]), (live("3", #","signal":"SIGUSR1""#), [4, 3]),
            ] as [(String, [UInt64])] {
                let written = try await plane.send(
                    "PUT", "\(Self.path)/app", json: #"{"files":[{"path":"/b","content":"b"},\#(file)]}"#)
                #expect(written.status == 200, "\(written.text)")
                let config = try #require(try await plane.document(node).0.configs.first)
                #expect([config.reference.version, config.containerVersion] == versions)
                try await plane.reportRunning(node)
            }
            let item = #"{"items":[{"kind":"config","name":"app","files":[{"path":"/a","content":"3"}]}]}"#
            let applied: ApplyResult = try await plane.send("POST", "/api/v1/apply", json: item).decode()
            #expect(
                applied.items.flatMap(\.changes).map(\.field) == [
                    "files[/a].reload", "files[/a].signal", "files[/b]",
                ])
        }
    }

    /// Names are those of deployments; a config that has a wider one from before keeps it and can be declared again.
    @Test @LoopActor func namesFollowTheRulesOfNames() async throws {
        try await TestPlane.with { plane in
            for name in ["App", "a_b", "-a", "a.b", String(repeating: "a", count: 64)] {
                let refused = try await plane.send("POST", Self.path, json: #"{"name":"\#(name)"}"#)
                #expect(refused.status == 422 && refused.fields == ["name"], "\(name): \(refused.text)")
                let document = #"{"items":[{"kind":"config","name":"\#(name)","entries":[]}]}"#
                let applied = try await plane.send("POST", "/api/v1/apply", json: document)
                #expect(applied.status == 422 && applied.fields == ["items[0].name"], "\(applied.text)")
            }
            _ = try plane.plane.host.perform(
                .createConfig(
                    CreateConfig(
                        name: "Old_Name", version: nil, labels: [:], content: ConfigContent(),
                        requestID: "r")))
            for body in [#"{"entries":[]}"#, #"{"name":"Old_Name","entries":[{"key":"A","value":"b"}]}"#] {
                let kept = try await plane.send("PUT", "\(Self.path)/Old_Name", json: body)
                #expect(kept.status == 200, "\(kept.text)")
            }
            let document = #"{"items":[{"kind":"config","name":"Old_Name","entries":[]}]}"#
            #expect(try await plane.send("POST", "/api/v1/apply", json: document).status == 200)
            let renamed = try await plane.send(
                "PUT", "\(Self.path)/Old_Name", json: #"{"name":"Other_Name"}"#)
            #expect(renamed.status == 422)
        }
    }

    @Test @LoopActor func aSecretValueNeedsAKeyAndNeverShows() async throws {
        let body = #"{"name":"s","entries":[{"key":"PASSWORD","secret_value":"hunter2-in-clear"}]}"#
        try await TestPlane.with { plane in
            let refused = try await plane.send("POST", Self.path, json: body)
            #expect(refused.status == 422)
            #expect(refused.code == "no_secrets_key")
        }
        let folder = try TemporaryFolder()
        try Self.write(String(repeating: "ab", count: 32), to: folder.path("key"))
        let plane = try await TestPlane.start(
            in: folder, ["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")])
        let created = try await plane.send("POST", Self.path, json: body)
        #expect(created.status == 201, "\(created.text)")
        let again = try await plane.send(
            "PUT", "\(Self.path)/s",
            json: #"{"entries":[{"key":"PASSWORD","secret_value":"hunter2-in-clear"}]}"#)
        #expect(again.headers["etag"] == "\"1\"")
        let shown = try await plane.send("GET", "\(Self.path)/s")
        for response in [created, again, shown] { #expect(!response.text.contains("hunter2")) }
        try await plane.stop()
        let bytes = try FileIO.read(folder.path("test.db"), limitBytes: 16 << 20)
        #expect(bytes.firstRange(of: Array("hunter2".utf8)) == nil)
        try Self.write(String(repeating: "cd", count: 32), to: folder.path("key"))
        await #expect(throws: StartFailure.self) {
            _ = try await TestPlane.start(in: folder, ["FLEDX_CP_SECRETS_KEY_FILE": folder.path("key")])
        }
        await #expect(throws: StartFailure.self) { _ = try await TestPlane.start(in: folder) }
    }

    @Test @LoopActor func moreThanANodeIsSentIsRefusedWhenWritten() async throws {
        try await TestPlane.with(["FLEDX_CP_LIMITS_CONFIG_PAYLOAD_BYTES": "8"]) { plane in
            let refused = try await plane.send("POST", Self.path, json: Self.app)
            #expect(refused.status == 413)
            #expect(refused.code == "payload_too_large")
            #expect(try await plane.send("GET", "\(Self.path)/app").status == 404)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        try FileIO.writeDurably(path, Array(text.utf8))
    }
}
