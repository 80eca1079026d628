import ArgumentParser
import JSON
import Model
import Testing

@testable import Console

/// Names stand where people write them.
@Suite struct NewNameTests {
    @Test(arguments: [["app"], ["--name", "app"]])
    func aNewConfigIsNamedByAWordOrByAFlag(words: [String]) throws {
        let command = try #require(try Fledx.parseAsRoot(["configs", "create"] + words) as? ConfigsCreate)
        #expect(try command.body()["name"] == .string("app"))
    }

    @Test(arguments: [["app"], ["--name", "app"]])
    func aNewTokenIsNamedByAWordOrByAFlag(words: [String]) throws {
        let token = try #require(
            try Fledx.parseAsRoot(["tokens", "create", "--role", "admin"] + words) as? TokensCreate)
        #expect(token.body["name"] == .string("app"))
        let registration = try #require(
            try Fledx.parseAsRoot(["tokens", "registration", "create"] + words) as? RegistrationTokensCreate)
        #expect(registration.body["name"] == .string("app"))
        let node = try #require(try Fledx.parseAsRoot(["nodes", "register"] + words) as? NodesRegister)
        #expect(node.newName.text == "app")
    }

    @Test(arguments: [
        ["configs", "create"], ["configs", "create", "a", "--name", "b"],
        ["tokens", "create", "--role", "admin"],
        ["tokens", "registration", "create"], ["nodes", "register", "a", "--name", "b"],
    ])
    func noNameAndTwoNamesAreRefused(words: [String]) throws {
        let error = try #require(throws: (any Error).self) { try Fledx.parseAsRoot(words) }
        #expect(Fledx.message(for: error).contains("name"))
    }

    @Test(arguments: [["web"], ["--deployment", "web"]])
    func aDeploymentsUseIsAskedForByItsName(words: [String]) throws {
        let query = try #require(try Fledx.parseAsRoot(["metrics", "query"] + words) as? MetricsQuery)
        #expect(query.subject.name == "web")
        let usage = try #require(try Fledx.parseAsRoot(["usage", "get"] + words) as? UsageGet)
        #expect(usage.subject.name == "web")
    }

    @Test(arguments: [
        ["metrics", "query"], ["metrics", "query", "web", "--node", "a"],
        ["metrics", "query", "web", "--deployment", "web"], ["usage", "get"],
    ])
    func useOfNobodyOrOfTwoIsRefused(words: [String]) {
        #expect(throws: (any Error).self) { try Fledx.parseAsRoot(words) }
    }

    @Test func aNodeWithoutItsFlagIsExplained() async throws {
        let subject = try UsageSubject.parse(["edge-1"])
        for unknown in [
            ConsoleFailure(.refused(status: 404), "there is no deployment 'edge-1'"),
            ConsoleFailure(
                .refused(status: 422), "1 field is not valid",
                details: [FieldFault(field: "deployment", message: "there is no deployment 'edge-1'")]),
        ] {
            let failure = try await #require(throws: ConsoleFailure.self) {
                try await subject.explaining { throw unknown }
            }
            #expect(failure.hint == "a node is named by its flag: --node edge-1")
        }
    }

    @Test func aNodeIsRenamed() throws {
        let command = try #require(try Fledx.parseAsRoot(["nodes", "rename", "a", "b"]) as? NodesRename)
        #expect(command.body == .object(["name": .string("b")]))
    }

    @Test func healthIsToldInLines() {
        var health = HealthResponse(
            status: "ok", version: "0.1.0", uptimeSecs: 90, nodes: ["ready": 2, "unreachable": 0],
            deployments: [:], conditions: [])
        #expect(
            HealthText.status(health, at: "http://h:1") == """
                CONTROL PLANE: http://h:1, version 0.1.0, up 90s
                NODES:         2 ready
                DEPLOYMENTS:   none
                STATUS:        ok

                """)
        health.status = "degraded"
        health.conditions = [Condition(type: "mass_loss", message: "many nodes are missing at once")]
        #expect(
            HealthText.status(health, at: "u").hasSuffix(
                "STATUS:        degraded: mass_loss: many nodes are missing at once\n"))
    }
}
