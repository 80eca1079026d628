import EventLoop
import JSON
import Model
import TestKit
import Testing

/// Five replicas of three deployments on the built programs; the image of one does not come.
@LoopActor
final class ProgramFleet {
    let programs: Programs
    let image: String
    /// The one that a test may change; the other one is to be left alone.
    let changed = "kept-a"
    let quiet = "kept-b"
    let docker: PrivateDocker
    private let pull: HungPull
    /// The containers of the one that is to be left alone.
    private(set) var before: Set<String> = []
    private var starts: [String: String?] = [:]

    /// Runs a test with a fleet on the process's daemon, or one of its own; at its end the pull comes through.
    ///
    /// `settings` are those of the agent, made when the control plane listens.
    static func run(
        ownDaemon: Bool = false,
        settings: @LoopActor (Programs) throws -> [String: String] = { _ in [:] },
        _ test: @LoopActor (ProgramFleet) async throws -> Void
    ) async throws {
        guard let shared = try await PrivateDocker.shared() else { return }
        let docker = ownDaemon ? try await PrivateDocker.start() : shared
        defer { if ownDaemon { docker.end() } }
        let image = try await docker.image()
        guard let pull = try await HungPull.of(try await docker.image(.two), on: docker) else { return }
        defer { pull.end() }
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        let fleet = ProgramFleet(programs, image, docker, pull)
        try await programs.startControlPlane()
        try programs.startAgent(try settings(programs))
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
        for (name, image, replicas) in [(changed, image, 2), (quiet, image, 2), ("pulling", pull.image, 1)] {
            let body = KillTests.body(name, image, replicas: replicas)
            #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        }
        for name in [changed, quiet] { try await programs.awaitRunning(name, replicas: 2) }
        before = try await Containers.of(quiet, on: docker).runningIDs
        starts = try await startTimes()
        try await isPulling()
    }

    /// Waits until the third deployment's replica is told to wait for its image, or for the next try to get it.
    func isPulling() async throws {
        try await programs.eventually("the image is on its way") {
            let detail = try await self.programs.call(.get, "/api/v1/deployments/pulling").1
            let reasons = (detail["instances"]?.arrayValue ?? []).compactMap { $0["reason"]?.stringValue }
                .joined()
            let isAwaited = ["is being made ready", "cannot be pulled"].contains { reasons.contains($0) }
            guard isAwaited else { throw Programs.Failure(description: reasons) }
            return true
        }
    }

    /// Checks that the containers nobody changed run since they were started first.
    func isUntouched(_ note: String) async throws {
        #expect(try await startTimes() == starts, "\(note): a container nobody changed was touched")
    }

    /// When Docker started each container of the deployment that is to be left alone; nil: it does not run.
    private func startTimes() async throws -> [String: String?] {
        var starts: [String: String?] = [:]
        for container in try await Containers.of(quiet, on: docker).all {
            starts[container.id] =
                container.isRunning ? try await Containers.start(of: container.id, on: docker) : String?.none
        }
        return starts
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

    func change(to step: String) async throws {
        let path = "/api/v1/deployments/\(changed)"
        #expect(try await programs.call(.patch, path, #"{"env":{"STEP":"\#(step)"}}"#).0 == 200)
    }

    /// Those of the deployment that a test may change, ended or not.
    func containers() async throws -> Set<String> {
        Set(try await Containers.of(changed, on: docker).all.map(\.id))
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
