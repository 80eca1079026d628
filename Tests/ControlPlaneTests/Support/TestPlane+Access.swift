import EventLoop
import Foundation
import JSON
import Model
import Testing

@testable import ControlPlane

extension TestPlane {
    /// Makes an operator's token that allows these scopes.
    func token(scopes: [OperatorScope], name: String) async throws -> String {
        let words = scopes.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        return try await token(#"{"name":"\#(name)","scopes":[\#(words)]}"#).token
    }

    /// Makes an operator's token.
    func token(_ json: String, by token: String = TestPlane.operatorToken) async throws -> TokenCreated {
        let response = try await send("POST", "/api/v1/operator-tokens", token: token, json: json)
        try #require(response.status == 201, "\(response.text)")
        return try response.decode()
    }

    /// Declares something and gives a member of the answer.
    func made(_ path: String, _ json: String, _ member: String) async throws -> String {
        let response = try await send("POST", path, json: json)
        try #require(response.status == 201, "\(response.text)")
        let answer = try response.json()
        return try #require((answer[member] ?? answer["metadata"]?[member])?.stringValue)
    }

    /// Every audit entry that matches, newest first.
    func audit(_ query: String = "") async throws -> [AuditEntry] {
        let response = try await send("GET", "/api/v1/audit?limit=1000\(query)")
        try #require(response.status == 200, "\(response.text)")
        let page: AuditPage = try response.decode()
        return page.items
    }

    /// Opens a stream of events.
    func watch(
        _ query: String = "", token: String = TestPlane.operatorToken, last: String? = nil
    ) async throws -> TestExchange {
        var headers = [("accept", "text/event-stream")]
        if let last { headers.append(("last-event-id", last)) }
        return try await begin("GET", "/api/v1/events\(query)", token: token, headers: headers)
    }
}

extension TestExchange {
    /// What has come so far.
    var text: String { String(decoding: received, as: UTF8.self) }

    /// Returns once a text has come.
    func until(_ wanted: String) async throws {
        let end = EventLoop.now.adding(milliseconds: 20_000)
        while !text.contains(wanted) {
            try #require(EventLoop.now < end, "'\(wanted)' did not come: \(text)")
            await LoopActor.pass()
        }
    }
}
