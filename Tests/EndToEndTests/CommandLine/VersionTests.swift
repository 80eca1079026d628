import EventLoop
import Foundation
import HTTPClient
import JSON
import Model
import TestKit
import Testing

/// What the programs say they are.
@Suite(.onLoop, .serialized) struct VersionTests {
    @Test @LoopActor func everyProgramTellsTheCommitItWasBuiltFrom() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere.sock")
        defer { programs.end() }
        try await programs.startControlPlane()
        let health = try await programs.call(.get, "/health").1
        let commit = try #require(health["git_sha"]?.stringValue)
        // As `packaging/test.sh` has it built.
        if let wanted = ProcessInfo.processInfo.environment["FLEDX_COMMIT"] { #expect(commit == wanted) }
        for name in ["fledx-cp", "fledx-agent", "fledx"] {
            let told = try await BlockingPool.run {
                try Child.run(Child.built(name), ["--version"], environment: [:])
            }
            #expect(told.code == 0)
            #expect(told.output == "\(name) \(Version.current) (\(commit))\n", "\(name): \(told)")
        }
        let figures = try await programs.ask(programs.operatorRequest(.get, "/metrics"))
        let text = String(decoding: figures.body, as: UTF8.self)
        let series = #"control_plane_info{version="\#(Version.current)",git_sha="\#(commit)","#
        #expect(text.contains("\n\(series)"), "\(text.prefix(500))")
    }
}
