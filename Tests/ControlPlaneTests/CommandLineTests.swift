import EventLoop
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct CommandLineTests {
    @Test func flagsAreRead() throws {
        #expect(try CommandLineOptions([]).mode == .serve)
        #expect(try CommandLineOptions(["--standalone", "--json-logs"]).mode == .standalone)
        #expect(try CommandLineOptions(["--json-logs"]).logsJSON)
        #expect(try CommandLineOptions(["--migrations-dry-run"]).mode == .migrationsDryRun)
    }

    @Test func wrongWordsAreRefused() {
        #expect(throws: UsageProblem.self) { try CommandLineOptions(["--nope"]) }
        #expect(throws: UsageProblem.self) { try CommandLineOptions(["--version", "--standalone"]) }
    }

    @Test @LoopActor func exitCodesTellUsageFromFailure() async throws {
        let folder = try TemporaryFolder()
        #expect(await run(["--nope"]) == 2)
        #expect(await run(["--check-config"], ["FLEDX_CP_SERVER_PORT": "x"]) == 2)
        #expect(await run(["--check-config"]) == 0)
        #expect(await run(["--standalone"], TestPlane.environment(folder)) == 2)
        let unusable = ["FLEDX_CP_DATABASE_URL": "sqlite:///proc/nowhere/fledx.db"]
        #expect(await run([], unusable) == 1)
    }

    @Test @LoopActor func aDryRunTouchesNothing() async throws {
        let folder = try TemporaryFolder()
        #expect(await run(["--migrations-dry-run"], TestPlane.environment(folder)) == 0)
        #expect(try FileIO.list(folder.path) == [])
    }

    @LoopActor
    private func run(_ words: [String], _ environment: [String: String] = [:]) async -> Int32 {
        await ControlPlaneProgram.run(arguments: ["fledx-cp"] + words, environment: environment)
    }
}
