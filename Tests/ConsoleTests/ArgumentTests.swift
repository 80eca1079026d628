import ArgumentParser
import JSON
import Model
import Testing

@testable import Console

@Suite struct ArgumentTests {
    @Test(arguments: [
        ("80", PortMapping(containerPort: 80)), ("8080:80", PortMapping(containerPort: 80, hostPort: 8080)),
        ("auto:80", PortMapping(containerPort: 80)), (":80", PortMapping(containerPort: 80)),
        ("53/udp", PortMapping(containerPort: 53, transport: .udp)),
        ("127.0.0.1:8080:80/TCP", PortMapping(containerPort: 80, hostPort: 8080, hostIP: "127.0.0.1")),
        ("[::1]:8080:80", PortMapping(containerPort: 80, hostPort: 8080, hostIP: "::1")),
        ("80,expose", PortMapping(containerPort: 80, expose: true)),
        ("80/udp,expose=false", PortMapping(containerPort: 80, transport: .udp)),
    ])
    func portIsRead(text: String, mapping: PortMapping) throws {
        #expect(try PortArgument(text).mapping == mapping)
    }

    @Test(arguments: [
        "", "0", "65536", "a", "80:", "80:0", "x:80:80", "80/sctp", "80,public", "1:2:3:4", "-1",
    ])
    func faultyPortIsRefusedWithAHint(text: String) throws {
        let failure = try #require(throws: ConsoleFailure.self) { try PortArgument(text) }
        #expect(failure.exitCode == 2)
        #expect(failure.text.contains("Hint:"))
    }

    @Test func pairsKeepEqualsSignsAndRefuseDoubles() throws {
        #expect(
            try PairArgument.map(["A=1", "B=x=y", "C="], flag: "--env") == ["A": "1", "B": "x=y", "C": ""])
        #expect(throws: ConsoleFailure.self) { try PairArgument.map(["A=1", "A=2"], flag: "--env") }
        #expect(throws: ConsoleFailure.self) { try PairArgument.map(["novalue"], flag: "--env") }
        #expect(throws: ConsoleFailure.self) { try PairArgument.map(["=x"], flag: "--env") }
    }

    @Test func theSeedsCreateLineBecomesTheRightBody() throws {
        let command = try #require(
            try Fledx.parseAsRoot([
                "deployments", "create", "--name", "myapp", "--image", "myapp:v1.0", "--replicas", "3",
                "--port",
                "8080", "--env", "KEY=value",
            ]) as? DeploymentsCreate)
        #expect(command.name == "myapp")
        let body = JSONNode.object(try command.fields.members())
        let expected =
            #"{"replicas":3,"env":{"KEY":"value"},"ports":[{"container_port":8080,"protocol":"tcp"}]}"#
        #expect(body == (try JSONNode.parse(Array(expected.utf8))))
    }

    @Test func onlyNamedFieldsAreSent() throws {
        let command = try #require(
            try Fledx.parseAsRoot(["deployments", "update", "web", "--image", "a:2"]) as? DeploymentsUpdate)
        #expect(try command.fields.members().isEmpty)
        #expect(command.image == "a:2")
    }

    @Test(arguments: [
        ["deployments", "create"], ["deployments", "create", "--name", "a"], ["nodes", "get"], ["nope"],
        ["deployments", "status", "--watch"],
        ["deployments", "list", "--limit", "x"],
    ])
    func wrongCommandLinesAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(arguments) }
    }

    @Test func globalOptionsStandBeforeOrBehindTheCommand() throws {
        for arguments in [["--token", "t", "nodes", "list"], ["nodes", "list", "--operator-token", "t"]] {
            let command = try #require(try Fledx.parseAsRoot(arguments) as? NodesList)
            #expect(command.global.operatorToken == "t")
        }
    }

    @Test func queriesAreEncoded() {
        var query = Query()
        query.add("a", "x y&z=ä")
        query.add("b", nil)
        #expect(query.text == "?a=x%20y%26z%3D%C3%A4")
        #expect(Query().text.isEmpty)
    }
}
