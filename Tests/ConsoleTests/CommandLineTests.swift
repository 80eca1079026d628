import ArgumentParser
import Foundation
import JSON
import Model
import Testing

@testable import Console

@Suite struct CommandLineTests {
    private func create(_ more: [String]) throws -> DeploymentsCreate {
        try #require(
            try Fledx.parseAsRoot(["deployments", "create", "--name", "s", "--image", "i"] + more)
                as? DeploymentsCreate)
    }

    private func body(_ more: [String]) throws -> JSONNode { .object(try create(more).fields.members()) }

    @Test(arguments: [
        ["--", "sh", "-c", "sleep 100"], ["--command", "sh", "--command", "sleep 100"],
        ["--command", "sh", "sleep 100"], ["--", "--replicas"],
    ])
    func commandIsWhatStandsBehindTheDashesOrTheFlag(words: [String]) throws {
        let expected = words.filter { $0 != "--" && $0 != "--command" }
        #expect(try body(words)["command"] == .array(expected.map { .string($0) }))
    }

    @Test func commandBehindTheDashesLeavesTheNameOfAnUpdateAlone() throws {
        let command = try #require(
            try Fledx.parseAsRoot(["deployments", "update", "web", "--replicas", "2", "--", "sh", "-c", "x"])
                as? DeploymentsUpdate)
        #expect(command.deployment == "web")
        #expect(command.fields.words == ["sh", "-c", "x"])
    }

    @Test func twoCommandsAreRefused() {
        #expect(throws: (any Error).self) { try create(["--command", "sh", "--", "ls"]) }
    }

    @Test func commandWithFlagsBeforeTheDashesIsRefusedWithTheWayOut() {
        let words = ["deployments", "create", "--command", "sh", "-c", "sleep 100"]
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(words) }
        #expect(Suggestion.hint(words)?.contains("behind --") == true)
        #expect(Suggestion.hint(["deployments", "list", "--limit", "x"]) == nil)
    }

    @Test func everyContainerFlagReachesTheBody() throws {
        let expected = """
            {"entrypoint":["/bin/sh","-e"],"placement":{"max_per_node":2},"resources":{"pids":64},
             "user":"1:1","hostname":"h","working_dir":"/w"}
            """
        let body = try body([
            "--entrypoint", "/bin/sh", "--entrypoint=-e", "--max-per-node", "2", "--pids", "64", "--user",
            "1:1",
            "--hostname", "h", "--working-dir", "/w",
        ])
        #expect(body == (try JSONNode.parse(Array(expected.utf8))))
    }

    @Test(arguments: ["--replicas=-1", "--pids=0", "--max-per-node=0", "--max-surge=-1"])
    func numbersOutOfRangeAreNamed(flag: String) throws {
        let error = try #require(throws: (any Error).self) { try create([flag]) }
        let name = String(flag.prefix { $0 != "=" })
        #expect(Fledx.message(for: error).contains("\(name) "))
        #expect(Fledx.message(for: error).contains("a number from"))
    }

    @Test func negativeNumberBehindABlankIsExplained() {
        let words = ["deployments", "update", "web", "--replicas", "-1"]
        #expect(Suggestion.hint(words) == "--replicas -1: a negative number is not taken")
    }

    @Test func environmentFileIsReadAsDockerDoes() throws {
        let text = "# comment\nA=1\r\n\n  B=x=\"y\" z\n"
        #expect(try EnvironmentFile.pairs(text, path: "f") == ["A": "1", "B": "x=\"y\" z"])
        #expect(throws: ConsoleFailure.self) { try EnvironmentFile.pairs("A\n", path: "f") }
        #expect(throws: ConsoleFailure.self) { try EnvironmentFile.read("/nonexistent/env") }
    }

    @Test(arguments: [
        (["deployments", "ls"], "list"), (["deployments", "get", "web"], "status"),
        (["deployments", "rm", "web"], "delete"), (["nodes", "ls"], "list"),
        (["nodes", "status", "a"], "get"),
        (["nodes", "rm", "a"], "delete"),
    ])
    func commandsHaveTheirUsualSecondNames(words: [String], name: String) throws {
        let command = try Fledx.parseAsRoot(words)
        #expect(type(of: command).configuration.commandName == name)
    }

    @Test(arguments: [
        (["deployment", "list"], "'deployments'"), (["deployments", "lst"], "'list'"),
        (["--token", "t", "nodes", "dran"], "'drain'"), (["deployments", "stat"], "'status'"),
    ])
    func wrongCommandNamesTheNearest(words: [String], near: String) throws {
        let failure = try #require(Suggestion.unknownCommand(words))
        #expect(failure.exitCode == 2)
        #expect(failure.hint?.contains("did you mean \(near)?") == true)
    }

    @Test func wrongCommandFarFromAllListsThem() throws {
        let failure = try #require(Suggestion.unknownCommand(["nodes", "frobnicate"]))
        #expect(failure.hint?.hasPrefix("There are: register, list") == true)
        #expect(Suggestion.unknownCommand(["nodes", "list", "--nope"]) == nil)
        #expect(Suggestion.unknownCommand([]) == nil)
    }

    @Test func nodeIsDeletedByForceAndWithItsContainers() throws {
        let command = try #require(
            try Fledx.parseAsRoot(["nodes", "delete", "a", "--force", "--remove-containers"]) as? NodesDelete)
        #expect(command.query == "?force=true&containers=remove")
        let plain = try #require(try Fledx.parseAsRoot(["nodes", "delete", "a"]) as? NodesDelete)
        #expect(plain.query == "?force=false&containers=keep")
    }

    @Test func staleGenerationIsToldInTheConsolesWords() throws {
        let command = try #require(
            try Fledx.parseAsRoot(["deployments", "update", "web", "--replicas", "2", "--if-generation", "3"])
                as? DeploymentsUpdate)
        let text = command.stale(5).text
        #expect(text.contains("has generation 5, --if-generation says 3"))
        #expect(!text.contains("If-Match"))
    }

    @Test func updateThatChangesNothingSaysSo() {
        let before = RenderingTests.detail(.running, [])
        var after = before
        #expect(DeploymentsUpdate.verb(from: before, to: after) == "unchanged")
        after.spec.replicas += 1
        #expect(DeploymentsUpdate.verb(from: before, to: after) == "updated")
    }

    @Test func mapsAreReplacedAsAWhole() throws {
        let current = try JSONNode.parse(Array(#"{"env":{"A":"1","B":"2"}}"#.utf8))
        let members = [JSONMember(key: "env", value: .object(["A": .string("3")]))]
        let expected = try JSONNode.parse(Array(#"{"env":{"A":"3","B":null}}"#.utf8))
        #expect(DeploymentsUpdate.replacement(members, current) == expected)
    }

    @Test func tlsThatFailsHintsAtPlainHTTP() {
        #expect(Session.hint("https://h:8080", isTLS: true).contains("http://h:8080"))
        #expect(Session.hint("https://h:8080", isTLS: false).contains("fledx-cp"))
    }

    @Test func jsonEndsItsLine() throws {
        #expect(try Session.json(Array(#"{"a":1}"#.utf8), pretty: false) == "{\"a\":1}\n")
        #expect(try Session.json(Array(#"{"a":1}"#.utf8), pretty: true).hasSuffix("}\n"))
        #expect(throws: ConsoleFailure.self) { try Session.json(Array("<".utf8), pretty: true) }
    }

    @Test func watchAndJSONGoTogether() throws {
        let words = ["deployments", "status", "a", "--watch", "--json"]
        #expect(throws: Never.self) { try Fledx.parseAsRoot(words) }
    }

    @Test func helpNamesWhatIsRequiredFirst() throws {
        let help = Fledx.helpMessage(for: DeploymentsCreate.self)
        let name = try #require(help.range(of: "--name"))
        let other = try #require(help.range(of: "--replicas"))
        let rest = try #require(help.range(of: "--control-plane-url"))
        #expect(name.lowerBound < other.lowerBound && other.lowerBound < rest.lowerBound)
        #expect(help.contains("-- sh -c \"sleep 100\""))
    }
}
