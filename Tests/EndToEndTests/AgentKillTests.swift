import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// `kill -9` of the agent alone, beside five replicas of three deployments of which one is in the middle of its pull.
@Suite(.onLoop, .serialized) struct AgentKillTests {
    /// A step on the way from an accepted document to the first action; the agent dies when it begins it.
    enum Step: String, CaseIterable {
        case write = "fchmod:1"
        case sync = "fsync:1"
        case rename = "?rename,?renameat:1"
        case syncFolder = "fsync:2"
        case setOldAside = "?rename,?renameat:2"
        case takeItsPlace = "?rename,?renameat:3"
        case syncFolderAgain = "fsync:3"

        /// How `strace` is told.
        var injection: String {
            let parts = rawValue.split(separator: ":")
            return "inject=\(parts[0]):signal=SIGKILL:when=\(parts[1])"
        }
    }

    @Test(.timeLimit(.minutes(10))) @LoopActor func betweenAnyTwoStepsOfStoringAChangeNothingIsLost()
        async throws
    {
        guard let tracer = PrivateDocker.path(of: "strace") else {
            return TestEnvironment.skip("strace is not installed")
        }
        try await ProgramFleet.run { fleet in
            let programs = fleet.programs
            for step in Step.allCases {
                let trace = try await fleet.trace(tracer, step.injection)
                try await fleet.change(to: "\(step)")
                try await programs.eventually("the agent dies when it begins to \(step)") {
                    trace.errorsSoFar.contains("killed by SIGKILL")
                }
                try programs.killAgent()
                try programs.startAgent()
                try await fleet.settled("killed when it began to \(step)", [fleet.changed: 2])
            }
            try await fleet.dieWhileRemembering()
        }
    }

    @Test(.timeLimit(.minutes(5))) @LoopActor func betweenTheLastStepOfStoringAndTheFirstActionNothingIsLost()
        async throws
    {
        guard let tracer = PrivateDocker.path(of: "strace") else {
            return TestEnvironment.skip("strace is not installed")
        }
        try await ProgramFleet.run { fleet in
            // The folder is synchronised for the second time, and the call does not come back for a minute.
            let trace = try await fleet.trace(tracer, "inject=fsync:delay_exit=60000000:when=3")
            let before = try await fleet.containers()
            try await fleet.change(to: "stored")
            try await fleet.programs.eventually("the document is durable") {
                trace.errorsSoFar.contains("(DELAYED)")
            }
            // The tracer holds the dead: it ends after the agent can do no more.
            fleet.programs.agent?.signal(SIGKILL)
            trace.signal(SIGKILL)
            try fleet.programs.killAgent()
            #expect(
                try await fleet.containers() == before, "something was done before the document was stored")
            try fleet.programs.killControlPlane()
            try fleet.programs.startAgent()
            // Nobody tells the next life of the change: it was durable.
            try await fleet.replaced(before)
            try await fleet.programs.startControlPlane()
            try await fleet.settled("killed between storing and doing", [fleet.changed: 2])
        }
    }

    @Test(.timeLimit(.minutes(60))) @LoopActor func atAnyMomentOfAnyChangeNothingIsLostOrDoubled()
        async throws
    {
        let rounds = TestEnvironment.count(short: 20, long: 500)
        try await ProgramFleet.run { fleet in
            let programs = fleet.programs
            var random = SeededRandom(seed: 20_261_126)
            var wished = Wished()
            var unanswered = 0
            for round in 0..<rounds {
                let command = wished.nextCommand(&random, image: fleet.image)
                let delay = Int64(random.nextRandom() % 600)
                let acknowledged = await KillTests.send(command, programs)
                unanswered += acknowledged ? 0 : 1
                try await LoopActor.sleep(milliseconds: delay)
                try programs.killAgent()
                // With every other life what it did not synchronise dies as well.
                let cut = PowerCut.environment(
                    programs.folder.path("agent"), .unsynchronised, life: round)
                try programs.startAgent(round.isMultiple(of: 2) ? cut : [:])
                try await wished.settle(command, acknowledged: acknowledged, programs)
                try await fleet.settled(
                    "round \(round), killed after \(delay) ms", wished.deployments.mapValues(\.replicas))
            }
            #expect(unanswered == 0)
            print("\(rounds) kills -9 of the agent at random moments within 600 ms of a change")
            for name in wished.deployments.keys.sorted() {
                #expect(try await programs.call(.delete, "/api/v1/deployments/\(name)").0 == 204)
            }
        }
    }
}

extension ProgramFleet {
    /// Each life of the agent restarts a container and dies while it writes down that it did.
    fileprivate func dieWhileRemembering() async throws {
        let file = "runtime.json"
        let victim = try #require(try await Containers.of(changed, on: docker).runningIDs.sorted().first)
        for (number, call) in PowerCut.Call.allCases.enumerated() {
            try programs.killAgent()
            try programs.startAgent(
                PowerCut.environment(
                    programs.folder.path("agent"), number.isMultiple(of: 2) ? .unsynchronised : .process,
                    life: number, at: call, of: file))
            var isKilled = false
            try await programs.eventually("the agent dies when it begins to \(call)") {
                guard self.programs.agent?.hasEnded == false else { return true }
                // The life before has perhaps not started it again: then that is what this one remembers.
                let running = try await Containers.of(self.changed, on: self.docker).runningIDs
                guard !isKilled, running.contains(victim) else { return false }
                isKilled = true
                try await self.docker.call("POST", "/containers/\(victim)/kill")
                return false
            }
            let bytes = try FileIO.readIfPresent(programs.folder.path("agent/\(file)"), limitBytes: 1 << 22)
            #expect(throws: Never.self, "\(call)") { try JSONNode.parse(bytes ?? Array("{}".utf8)) }
        }
        try programs.killAgent()
        try programs.startAgent()
        try await settled("killed while it wrote what it remembers", [changed: 2])
        #expect(try await Containers.of(changed, on: docker).runningIDs.contains(victim))
        #expect(programs.agent?.errorsSoFar.contains("is damaged") == false)
    }

    /// Has calls of the agent on its state files meddled with; returns when that is in place.
    fileprivate func trace(_ tracer: String, _ injection: String) async throws -> Child {
        let agent = try #require(programs.agent)
        let data = programs.folder.path("agent")
        let files = ["", "/desired.json", "/desired.json.next", "/desired.json.next.tmp"]
        let trace = try Child(
            tracer,
            ["-f", "-p", "\(agent.processID)", "-e", injection] + files.flatMap { ["-P", data + $0] })
        try await programs.eventually("the tracer is there") { trace.errorsSoFar.contains("attached") }
        return trace
    }

    /// Waits until one of them, at least, has given way to another.
    fileprivate func replaced(_ before: Set<String>) async throws {
        try await programs.eventually("a container is replaced") {
            let now = try await self.containers()
            return !now.subtracting(before).isEmpty && !before.subtracting(now).isEmpty
        }
    }
}
