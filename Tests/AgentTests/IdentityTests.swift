import AgentTestKit
import EventLoop
import HTTPServer
import Model
import TestKit
import Testing

@testable import Agent

@Suite(.onLoop) struct IdentityTests {
    @Test @LoopActor func aGivenIdentityIsUsedWithoutRegistering() async throws {
        try await AgentRun.run { controlPlane, run in
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            #expect(controlPlane.registrations.isEmpty)
            #expect(!FileIO.isPresent(run.folder.path("agent/identity.json")))
        }
    }

    @Test @LoopActor func aNewNodeRegistersOnceAndIsKnownFromThenOn() async throws {
        try await AgentRun.run(registers: true) { controlPlane, run in
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            await run.stop()
            let path = run.folder.path("agent/identity.json")
            #expect(try FileIO.status(path)?.mode == 0o600)
            let again = try AgentRun(controlPlane, folder: run.folder, registers: true)
            let before = controlPlane.reports.count
            again.start()
            try await eventually("a report of the next life") { controlPlane.reports.count > before }
            await again.stop()
            #expect(controlPlane.registrations.count == 1)
            #expect(controlPlane.registrations[0].token == "reg-secret")
            #expect(controlPlane.registrations[0].body.inventory.arch?.isEmpty == false)
        }
    }

    @Test @LoopActor func idAndKeyAreOnDiskBeforeTheFirstTryAndOutliveACrash() async throws {
        try await AgentRun.run(registers: true) { controlPlane, run in
            let store = IdentityStore(folder: run.folder.path("agent"))
            var keys: [String] = []
            var stored: [String?] = []
            controlPlane.intercept = { request in
                keys.append(request.headers["idempotency-key"] ?? "")
                stored.append(try store.load()?.idempotencyKey)
                throw HTTPRejection(.serviceUnavailable, "starting", "not ready")
            }
            run.start()
            try await eventually("a second try") { keys.count >= 2 }
            #expect(run.agent.readiness.joined().contains("not registered"))
            await run.stop()
            controlPlane.intercept = nil
            let again = try AgentRun(controlPlane, folder: run.folder, registers: true)
            again.start()
            try await eventually("a report") { controlPlane.last != nil }
            await again.stop()
            #expect(Set(keys + [controlPlane.registrations[0].key]).count == 1)
            #expect(stored.allSatisfy { $0 == keys[0] })
        }
    }

    @Test @LoopActor func aReplacedTokenFileIsReadAtTheNextTry() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("token")
        try FileIO.writeDurably(file, Array("old\n".utf8))
        let change = { (environment: inout [String: String]) in
            environment["FLEDX_AGENT_REGISTRATION_TOKEN"] = nil
            environment["FLEDX_AGENT_REGISTRATION_TOKEN_FILE"] = file
        }
        try await AgentRun.run(registers: true, change) { controlPlane, run in
            var tokens: [String] = []
            controlPlane.intercept = { request in
                guard request.bearerToken == "old" else { return nil }
                tokens.append("old")
                throw HTTPRejection(.unauthorized, "unauthorized", "no")
            }
            run.start()
            try await eventually("a refusal") { !tokens.isEmpty }
            try FileIO.writeDurably(file, Array("new\n".utf8))
            try await eventually("a registration") { controlPlane.registrations.first?.token == "new" }
        }
    }

    @Test @LoopActor func withoutAnyIdentityTheAgentEndsAndSaysWhatToSet() async throws {
        try await AgentRun.run { controlPlane, _ in
            let run = try AgentRun(controlPlane, registers: true) {
                $0["FLEDX_AGENT_REGISTRATION_TOKEN"] = nil
            }
            run.start()
            let error = await run.outcome()
            #expect("\(try #require(error))".contains("FLEDX_AGENT_REGISTRATION_TOKEN"))
        }
    }

    @Test @LoopActor func aDamagedIdentityIsNeverReplacedSilently() async throws {
        try await AgentRun.run(registers: true) { controlPlane, run in
            try FileIO.makeFolders(run.folder.path("agent"))
            try FileIO.writeDurably(run.folder.path("agent/identity.json"), Array("{".utf8))
            run.start()
            let error = await run.outcome()
            #expect("\(try #require(error))".contains("put the file back"))
            #expect(controlPlane.registrations.isEmpty)
        }
    }

    @Test @LoopActor func twoAgentsNeverShareAFolder() async throws {
        try await AgentRun.run { controlPlane, run in
            run.start()
            try await eventually("a report") { controlPlane.last != nil }
            let second = try AgentRun(controlPlane, folder: run.folder)
            second.start()
            let error = await second.outcome()
            #expect("\(try #require(error))".contains("another process holds"))
        }
    }
}
