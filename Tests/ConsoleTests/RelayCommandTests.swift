import ArgumentParser
import Testing

@testable import Console

@Suite struct RelayCommandTests {
    @Test func wordsBecomeARequest() throws {
        let command = try #require(
            try Fledx.parseAsRoot([
                "relay", "edge", "-", "/queue?a=b", "-X", "put", "-H", "a: b", "-H", "c:d", "--body", "-",
            ]) as? Relay)
        #expect(command.node == "edge" && command.target == "-" && command.path == "/queue?a=b")
        #expect(command.method == "put" && command.header == ["a: b", "c:d"] && command.body == "-")
        let plain = try #require(try Fledx.parseAsRoot(["relay", "edge", "web:80"]) as? Relay)
        #expect(plain.path == "/" && plain.method == "GET" && plain.body == nil)
    }

    @Test func targetsBecomePlacesInThePath() throws {
        #expect(try Relay.place("-") == "-")
        #expect(try Relay.place("web:80") == "web/80")
        #expect(try Relay.place("a/b:8080") == "a%2Fb/8080")
        for wrong in ["web", "web:", ":80", "web:0", "web:70000", ""] {
            #expect(throws: ConsoleFailure.self, "\(wrong)") { try Relay.place(wrong) }
        }
    }

    @Test func fieldsAreNamesAndValues() throws {
        #expect(try Relay.field("accept: text/plain") == ("accept", "text/plain"))
        #expect(try Relay.field("x-time:12:30") == ("x-time", "12:30"))
        for wrong in ["accept", ": a"] {
            #expect(throws: ConsoleFailure.self) { _ = try Relay.field(wrong) }
        }
    }
}
