import EventLoop
import TestKit
import Testing

/// A power cut: engine, shims, agent and control plane gone, run folder emptied, no network afterwards.
@Suite(.onLoop, .serialized) struct RebootTests {
    @Test @LoopActor func everythingComesBackFromTheNodesOwnState() async throws {
        try await ProgramFleet.run(ownDaemon: true) { fleet in
            let programs = fleet.programs
            let names = [fleet.changed, fleet.quiet]
            var before: [Set<String>] = []
            for name in names { before.append(try await Containers.of(name, on: fleet.docker).runningIDs) }
            // The agent writes what it was told before it acts, so it may be cut at any moment from here on.
            try programs.killControlPlane()
            try programs.killAgent()
            try await fleet.docker.crash()
            try await fleet.docker.restart()
            for name in names {
                #expect(try await Containers.of(name, on: fleet.docker).running.isEmpty)
            }
            try programs.startAgent()
            for (name, ids) in zip(names, before) {
                try await programs.eventually("\(name) runs again without a control plane") {
                    try await Containers.of(name, on: fleet.docker).running.count == 2
                }
                let now = try await Containers.of(name, on: fleet.docker)
                #expect(now.runningIDs == ids && now.all.count == 2, "containers were made anew")
            }
            try await programs.startControlPlane()
            try await fleet.isPulling()
        }
    }
}
