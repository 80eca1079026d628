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
        try await KillFleet.run { fleet in
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
        }
    }

    @Test(.timeLimit(.minutes(5))) @LoopActor func betweenTheLastStepOfStoringAndTheFirstActionNothingIsLost()
        async throws
    {
        guard let tracer = PrivateDocker.path(of: "strace") else {
            return TestEnvironment.skip("strace is not installed")
        }
        try await KillFleet.run { fleet in
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
        try await KillFleet.run { fleet in
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
                try programs.startAgent()
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

/// Two deployments that run with two replicas each, and one whose image does not come.
@LoopActor
private final class KillFleet {
    let programs: Programs
    let image: String
    /// The one that a test may change; the other one is to be left alone.
    let changed = "kept-a"
    private let quiet = "kept-b"
    private let docker: PrivateDocker
    private let pull: HungPull
    private var before: Set<String> = []

    static func run(_ test: @LoopActor (KillFleet) async throws -> Void) async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        guard let pull = try await HungPull.of(try await docker.image(.two), on: docker) else { return }
        defer { pull.end() }
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        let fleet = KillFleet(programs, image, docker, pull)
        try await fleet.begin()
        try await test(fleet)
        try await fleet.finish()
    }

    private init(_ programs: Programs, _ image: String, _ docker: PrivateDocker, _ pull: HungPull) {
        self.programs = programs
        self.image = image
        self.docker = docker
        self.pull = pull
    }

    private func begin() async throws {
        try await programs.startControlPlane()
        try programs.startAgent()
        for (name, image, replicas) in [(changed, image, 2), (quiet, image, 2), ("pulling", pull.image, 1)] {
            let body = KillTests.body(name, image, replicas: replicas)
            #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        }
        for name in [changed, quiet] { try await programs.awaitRunning(name, replicas: 2) }
        before = try await Containers.of(quiet, on: docker).runningIDs
    }

    /// Waits until every named deployment has its replicas and no more, and checks that nothing else moved.
    func settled(_ note: String, _ wished: [String: Int]) async throws {
        for (name, replicas) in wished.sorted(by: { $0.key < $1.key }) {
            try await programs.eventually("\(note): \(name) has \(replicas)") {
                let containers = try await Containers.of(name, on: self.docker)
                let detail = try await self.programs.call(.get, "/api/v1/deployments/\(name)").1
                return containers.all.count == replicas && containers.isUnique
                    && containers.running.count == replicas && detail["status"]?.stringValue == "running"
            }
            let rollout = try await programs.call(.get, "/api/v1/deployments/\(name)").1["rollout"]
            #expect(rollout?["restored_from"]?.intValue == nil, "\(note): \(name) was rolled back")
        }
        let now = try await Containers.of(quiet, on: docker).runningIDs
        #expect(now == before, "\(note): a container nobody changed was touched")
    }

    /// Has calls of the agent on its state files meddled with; returns when that is in place.
    func trace(_ tracer: String, _ injection: String) async throws -> Child {
        let agent = try #require(programs.agent)
        let data = programs.folder.path("agent")
        let files = ["", "/desired.json", "/desired.json.next", "/desired.json.next.tmp"]
        let trace = try Child(
            tracer,
            ["-f", "-p", "\(agent.processID)", "-e", injection] + files.flatMap { ["-P", data + $0] })
        try await programs.eventually("the tracer is there") { trace.errorsSoFar.contains("attached") }
        return trace
    }

    func change(to step: String) async throws {
        let path = "/api/v1/deployments/\(changed)"
        #expect(try await programs.call(.patch, path, #"{"env":{"STEP":"\#(step)"}}"#).0 == 200)
    }

    /// Those of the deployment that a test may change, ended or not.
    func containers() async throws -> Set<String> {
        Set(try await Containers.of(changed, on: docker).all.map(\.id))
    }

    /// Waits until one of them, at least, has given way to another.
    func replaced(_ before: Set<String>) async throws {
        try await programs.eventually("a container is replaced") {
            let now = try await self.containers()
            return !now.subtracting(before).isEmpty && !before.subtracting(now).isEmpty
        }
    }

    /// The pull comes through after all, and everything goes.
    private func finish() async throws {
        try pull.thaw()
        try await programs.awaitRunning("pulling", replicas: 1)
        #expect(try await Containers.of(quiet, on: docker).runningIDs == before)
        for name in [changed, quiet, "pulling"] {
            #expect(try await programs.call(.delete, "/api/v1/deployments/\(name)").0 == 204)
            try await programs.eventually("\(name) is removed") {
                try await Containers.of(name, on: self.docker).all.isEmpty
            }
        }
    }
}
