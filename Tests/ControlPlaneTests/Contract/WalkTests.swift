import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import ControlPlane

/// What holds for all operations of a kind, tried on every one that the API document names.
@Suite(.onLoop) struct WalkTests {
    @Test @LoopActor func everyDryRunSucceedsAndChangesNothing() async throws {
        try await WalkedPlane.with { walk in
            let before = try await walk.state()
            for operation in walk.mutations {
                let answer = try await walk.send(operation, query: "dry_run=true")
                #expect((200..<300).contains(answer.status), "\(operation.id): \(answer.text)")
            }
            #expect(try await walk.state() == before)
            #expect(walk.mutations.count > 25)
        }
    }

    @Test @LoopActor func everyChangeFromAnOlderLookIsRefused() async throws {
        try await WalkedPlane.with { walk in
            let before = try await walk.state()
            var tried: Set<String> = []
            for operation in walk.plane.operations where operation.isConditional {
                let answer = try await walk.send(operation, headers: [("if-match", "\"999\"")])
                #expect(answer.status == 412, "\(operation.id): \(answer.text)")
                #expect(answer.code == "stale_declaration")
                let tag = try #require(answer.headers["etag"], "\(operation.id) tells no tag")
                if operation.method != .post { tried.insert(operation.id) }
                guard operation.method == .put || operation.method == .patch else { continue }
                let rehearsed = try await walk.send(
                    operation, query: "dry_run=true", headers: [("if-match", tag)])
                #expect((200..<300).contains(rehearsed.status), "\(operation.id): \(rehearsed.text)")
            }
            #expect(try await walk.state() == before)
            #expect(
                tried == [
                    "patchDeployment", "deleteDeployment", "patchNode", "deleteNode", "updateConfig",
                    "deleteConfig", "updateRegistryCredential", "deleteRegistryCredential",
                    "updateIngressRoute", "deleteIngressRoute",
                ])
        }
    }

    @Test @LoopActor func everyPostIsAnsweredAlikeUnderItsKey() async throws {
        try await WalkedPlane.with { walk in
            var first: [String: TestResponse] = [:]
            let posts = walk.mutations.filter { $0.method == .post && $0.id != "registerNode" }
            @LoopActor func send(_ operation: APIOperation) async throws -> TestResponse {
                try await walk.send(operation, headers: [("idempotency-key", "walk-\(operation.id)")])
            }
            for operation in posts {
                let answer = try await send(operation)
                #expect((200..<300).contains(answer.status), "\(operation.id): \(answer.text)")
                first[operation.id] = answer
            }
            let counts = try await walk.counts()
            for operation in posts {
                let before = try #require(first[operation.id])
                let again = try await send(operation)
                guard (try? before.json())?["token"] == nil else {
                    #expect(again.status == 409 && again.code == "already_done", "\(operation.id)")
                    continue
                }
                #expect(again.status == before.status && again.body == before.body, "\(operation.id)")
                #expect(again.headers["idempotency-replayed"] == "true", "\(operation.id)")
            }
            #expect(try await walk.counts() == counts)
            #expect(posts.count > 15)
        }
    }

    @Test @LoopActor func everyMutationIsWrittenDownWithItsRequest() async throws {
        try await WalkedPlane.with { walk in
            let deletions = walk.mutations.filter { $0.method == .delete }
            // What belongs to others goes before them.
            let ordered =
                walk.mutations.filter { $0.method != .delete }
                + deletions.sorted { $0.pathParameters.count > $1.pathParameters.count }
            for operation in ordered {
                let answer = try await walk.send(
                    operation, headers: [("x-request-id", "walk-\(operation.id)")])
                #expect((200..<300).contains(answer.status), "\(operation.id): \(answer.text)")
            }
            let entries = try await walk.plane.audit()
            for operation in ordered {
                let own = entries.filter { $0.requestID == "walk-\(operation.id)" }
                // An applied document has an entry more for each item it made.
                let whole = own.filter { $0.payload?.contains(#""by":"cluster.apply""#) != true }
                #expect(whole.map(\.result) == [.success], "\(operation.id)")
                #expect(whole.count == own.count || operation.id == "apply", "\(operation.id)")
                #expect(own.allSatisfy { $0.actor != nil && $0.client == "127.0.0.1" }, "\(operation.id)")
            }
            #expect(deletions.count >= 9)
        }
    }

    @Test @LoopActor func everyListGoesOnFromItsCursor() async throws {
        try await WalkedPlane.with { walk in
            var lists: Set<String> = []
            for operation in walk.plane.operations
            where WalkedPlane.isList(operation) && operation.id != "listUsage" {
                lists.insert(operation.id)
                let whole = try await walk.send(operation, query: "limit=1000").json()
                let items = try #require(whole["items"]?.arrayValue)
                #expect(items.count >= 3 && whole["next_cursor"] == nil, "\(operation.id)")
                var found: [JSONNode] = []
                var cursor: String?
                repeat {
                    let place = cursor.map { "&cursor=\($0)" } ?? ""
                    let page = try await walk.send(operation, query: "limit=1\(place)").json()
                    found += page["items"]?.arrayValue ?? []
                    cursor = page["next_cursor"]?.stringValue
                    #expect(page["total"]?.intValue == Int64(items.count), "\(operation.id)")
                } while cursor != nil && found.count <= items.count
                #expect(found == items, "\(operation.id)")
                let skipped = try await walk.send(operation, query: "limit=1&offset=1").json()
                #expect(skipped["items"]?.arrayValue == [items[1]], "\(operation.id)")
                for query in ["limit=0", "limit=1001", "offset=-1", "cursor=garbage"] {
                    #expect(try await walk.send(operation, query: query).status == 400, "\(operation.id)")
                }
            }
            #expect(lists.count == 10, "\(lists)")
        }
    }

    @Test @LoopActor func everyGetHasItsHeadAndIsPackedWhenLong() async throws {
        try await WalkedPlane.with { walk in
            var packed = 0
            for operation in walk.plane.operations
            where operation.method == .get && !WalkedPlane.isTunnelled(operation) {
                let plain = try await walk.send(operation)
                #expect(plain.status == 200, "\(operation.id): \(plain.text)")
                let head = try await walk.send(operation, method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty, "\(operation.id)")
                for name in ["content-type", "etag"] {
                    #expect(head.headers[name] == plain.headers[name], "\(operation.id)")
                }
                let zipped = try await walk.send(operation, headers: [("accept-encoding", "gzip")])
                // What tells of requests has grown meanwhile.
                guard plain.body.count > 2_048 || plain.body.count < 1_000 else { continue }
                let isLong = plain.body.count > 2_048
                #expect((zipped.headers["content-encoding"] == "gzip") == isLong, "\(operation.id)")
                if isLong { #expect(zipped.body.starts(with: [0x1f, 0x8b]), "\(operation.id)") }
                packed += isLong ? 1 : 0
            }
            #expect(packed > 3)
        }
    }

    /// Where a place is required, none found is 409 with the reason, and nothing is declared.
    @Test @LoopActor func whatRequiresAPlaceIsRefusedWithoutOne() async throws {
        try await WalkedPlane.with { walk in
            let before = try await walk.state()
            let far = #""constraints":{"labels":{"region":"mars"}}"#
            for (id, body) in [
                ("createDeployment", #"{"name":"new","image":"nginx:1",\#(far)}"#),
                ("patchDeployment", #"{"replicas":4,\#(far)}"#),
                ("apply", #"{"items":[{"kind":"deployment","name":"a","image":"x",\#(far)}]}"#),
            ] {
                let operation = try #require(walk.plane.operations.first { $0.id == id })
                for query in ["require_placement=true", "require_placement=true&dry_run=true"] {
                    let answer = try await walk.plane.send(
                        operation.method.name, "\(walk.path(operation))?\(query)", json: body)
                    #expect(answer.status == 409 && answer.code == "unplaceable", "\(id): \(answer.text)")
                    #expect(answer.text.contains("region"), "\(id) does not say why: \(answer.text)")
                }
            }
            #expect(try await walk.state() == before)
        }
    }
}
