import EventLoop
import Model
import TestKit
import Testing

@testable import ControlPlane

/// What machines and operators may say of nodes.
@Suite(.onLoop) struct NodeValidationTests {
    @Test @LoopActor func everyFaultOfARegistrationIsTold() async throws {
        try await TestPlane.with { plane in
            let response = try await plane.send(
                "POST", "/api/v1/nodes/register", token: TestPlane.registrationToken,
                json: """
                    {"node_id":"x","name":"Edge","arch":3,"labels":{"A":"1","a":"2"},"public_ip":"",
                     "public_host":"a b","capacity":{"cpu_millis":0},"unknown":{"of":"another version"}}
                    """)
            #expect(response.status == 422)
            #expect(
                Set(response.fields)
                    == [
                        "node_id", "name", "arch", "labels.a", "public_ip", "public_host",
                        "capacity.cpu_millis",
                    ])
        }
    }

    @Test @LoopActor func aReportWithAWrongInventoryIsHeardAndTheFaultShown() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.register(#"{"name":"edge-1"}"#)
            // What is said again is not looked at again, and still told.
            for _ in 0..<2 {
                let heard = try await plane.send(
                    "POST", "\(node.path)/heartbeats", token: node.token,
                    json: #"""
                        {"node_status":"ready","inventory":{"labels":{"Zone":"a","bad key":"b"},"public_ip":"nowhere"},
                         "conditions":[{"type":"disk","message":"\#(String(repeating: "m", count: 5_000))"}]}
                        """#)
                #expect(heard.status == 200, "\(heard.text)")
            }
            let detail: NodeDetail = try await plane.send("GET", "/api/v1/nodes/edge-1").decode()
            #expect(detail.summary.status == .ready)
            #expect(detail.summary.labels == ["zone": "a"])
            #expect(detail.summary.publicIP == nil)
            let conditions = detail.summary.conditions
            #expect(
                conditions.contains {
                    $0.type == "inventory_ignored" && $0.message.contains("labels.bad key")
                })
            #expect(
                conditions.first { $0.type == "disk" }?.message.utf8.count == NodeReportCodec.maxMessageBytes)
            _ = try await plane.send(
                "POST", "\(node.path)/heartbeats", token: node.token,
                json: #"{"node_status":"ready","inventory":{"labels":{"zone":"b"}}}"#)
            let mended: NodeDetail = try await plane.send("GET", "/api/v1/nodes/edge-1").decode()
            #expect(mended.summary.labels == ["zone": "b"])
            #expect(mended.summary.conditions.isEmpty)
        }
    }

    @Test(arguments: [
        (#"{"name":"Edge"}"#, ["name"]), (#"{"labels":{"a":1}}"#, ["labels.a"]),
        (#"{"labels":{"a b":"c"}}"#, ["labels.a b"]), (#"{"colour":"red","name":3}"#, ["colour", "name"]),
        (#"{"labels":[]}"#, ["labels"]), (#"[]"#, [""]),
    ])
    @LoopActor func everyFaultOfANodePatchIsTold(body: String, fields: [String]) async throws {
        try await TestPlane.with { plane in
            _ = try await plane.register(#"{"name":"edge-1"}"#)
            let response = try await plane.send("PATCH", "/api/v1/nodes/edge-1", json: body)
            #expect(response.status == 422)
            #expect(Set(response.fields) == Set(fields), "\(response.text)")
        }
    }
}
