import ArgumentParser
import JSON
import Model
import Testing

@testable import Console

@Suite struct AccessCommandTests {
    private static let now = RenderingTests.now
    private static let id = UUIDValue(high: 1, low: 2)
    private static let epoch = Epoch(UUIDValue(high: 3, low: 4))

    @Test func operatorsTokensAreListedWithoutThemselves() {
        let page = Page(
            items: [
                OperatorTokenView(
                    tokenID: OperatorTokenID(Self.id), name: "ci", role: .operator,
                    scopes: [.nodeRead], createdAt: Self.now.adding(milliseconds: -7_200_000),
                    createdBy: "environment", expiresAt: nil, expired: false,
                    lastUsed: Self.now.adding(milliseconds: -60_000)),
                OperatorTokenView(
                    tokenID: OperatorTokenID(Self.id), name: "eye", role: nil,
                    scopes: [.nodeRead, .eventRead], createdAt: Self.now, createdBy: "ci",
                    expiresAt: Self.now, expired: true, lastUsed: nil),
            ], limit: 50, offset: 0, total: 2)
        let expected = """
            NAME  ALLOWS                EXPIRES  USED  AGE  BY           ID
            ci    operator              never    60s   2h   environment  00000000-0000-0001-0000-000000000002
            eye   node.read,event.read  expired  -     0s   ci           00000000-0000-0001-0000-000000000002

            """
        #expect(TokenText.operators(page, now: Self.now) == expected)
    }

    @Test func registrationTokensTellTheirUses() {
        let page = Page(
            items: [
                RegistrationTokenView(
                    tokenID: RegistrationTokenID(Self.id), name: "rack", createdAt: Self.now,
                    createdBy: "ci", expiresAt: nil, expired: false, maxUses: 20, uses: 3, lastUsed: nil)
            ], limit: 50, offset: 0, total: 1)
        let expected = """
            NAME  USES  EXPIRES  USED  AGE  BY  ID
            rack  3/20  never    -     0s   ci  00000000-0000-0001-0000-000000000002

            """
        #expect(TokenText.registrations(page, now: Self.now) == expected)
    }

    @Test func aNewTokenIsShownAsLinesThatAScriptCanRead() {
        let text = TokenText.created(TokenCreated(tokenID: Self.id, token: "abc", expiresAt: nil))
        #expect(text == "token_id: 00000000-0000-0001-0000-000000000002\ntoken: abc\n")
    }

    @Test func theAuditLogSaysWhoDidWhat() {
        let page = AuditPage(
            items: [
                AuditEntry(
                    id: 9, at: Self.now, action: "deployment.create", resourceType: "deployment",
                    resourceID: "web", result: .success, actor: "ci", client: "10.0.0.7"),
                AuditEntry(
                    id: 8, at: Self.now, action: "auth", resourceType: "credential", result: .failure,
                    code: "unknown_credential", client: "10.0.0.9", count: 17,
                    payload: "GET /api/v1/nodes"),
            ], limit: 2, offset: nil, nextCursor: "8", total: 12)
        let at = "\(Self.now)"
        let expected = """
            TIME                      ACTION             STATUS                  ACTOR  CLIENT    RESOURCE        DETAIL
            \(at)  deployment.create  success                 ci     10.0.0.7  deployment/web  -
            \(at)  auth               unknown_credential ×17  -      10.0.0.9  credential      GET /api/v1/nodes
            12 entries in all; go on with --cursor 8

            """
        #expect(AuditText.list(page) == expected)
    }

    @Test func eventsAreLines() {
        let event = EventView(
            id: EventID(epoch: Self.epoch, sequence: 7), at: Self.now, kind: "node.registered",
            resourceType: "node", resourceID: "x", resourceName: "edge-1", text: "node edge-1 registered",
            attributes: [:])
        #expect(EventText.line(event) == "\(Self.now) node.registered node edge-1 registered\n")
        let page = EventPage(items: [event], limit: 50, lastEventID: event.id)
        let expected = """
            TIME                      KIND             EVENT
            \(Self.now)  node.registered  node edge-1 registered

            """
        #expect(EventText.list(page) == expected)
        #expect(EventText.list(EventPage(items: [], limit: 50, lastEventID: event.id)) == "no events\n")
    }

    /// However the bytes of a stream are cut, the same events come out.
    @Test(arguments: [1, 2, 7, 1_000])
    func aStreamIsReadInPiecesOfAnySize(size: Int) {
        let text =
            "retry: 2000\nid: e-1\n\n: alive\n\nid: e-2\r\nevent: node.registered\r\ndata: {\ndata: }\n\n"
            + "id: e-3"
        let bytes = Array(text.utf8)
        var reader = EventStreamReader()
        var items: [EventStreamReader.Item] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            items += reader.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(
            items == [
                .init(id: "e-1"), .init(id: "e-2", kind: "node.registered", data: Array("{\n}".utf8)),
            ])
    }

    @Test(arguments: [
        ["tokens", "create", "--name", "a"],
        ["tokens", "create", "--name", "a", "--role", "admin", "--scope", "node.read"],
        ["tokens", "registration", "create", "--name", "a", "--ttl-secs", "1", "--expires-at", "x"],
        ["nodes", "tokens", "revoke", "edge"], ["audit", "--limit", "all"],
    ])
    func faultyArgumentsAreRefused(_ words: [String]) {
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(words) }
    }

    @Test func argumentsBecomeBodiesAndQueries() throws {
        let token = try #require(
            try Fledx.parseAsRoot(["tokens", "create", "--name", "a", "--scope", "node.read"])
                as? TokensCreate)
        let body = String(decoding: token.body.encoded(), as: UTF8.self)
        #expect(body == #"{"name":"a","scopes":["node.read"]}"#)
        let audit = try #require(
            try Fledx.parseAsRoot(["audit", "--actor", "a b", "--limit", "5"]) as? Audit)
        #expect(audit.query == "?limit=5&actor=a%20b")
        let events = try #require(
            try Fledx.parseAsRoot(["events", "--kind", "node", "--kind", "cluster"]) as? Events)
        #expect(events.query(limit: 3, since: nil) == "?limit=3&kind=node&kind=cluster")
    }
}
