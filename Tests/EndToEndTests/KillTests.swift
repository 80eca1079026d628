import EventLoop
import JSON
import Model
import TestKit
import Testing

/// `kill -9` of agent and control plane between a command and its settling.
@Suite(.onLoop, .serialized) struct KillTests {
    enum Victim: String, CaseIterable { case agent, controlPlane = "control plane", both }

    @Test(.timeLimit(.minutes(30))) @LoopActor func nothingIsLostOrDoubledByKills() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let rounds = TestEnvironment.count(short: 20, long: 200)
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        try programs.startAgent()
        #expect(
            try await programs.call(.post, "/api/v1/deployments", Self.body("steady", image, replicas: 2)).0
                == 201)
        try await programs.eventually("the steady deployment runs") {
            try await Containers.of("steady", on: docker).running.count == 2
        }
        let steady = try await Containers.of("steady", on: docker).runningIDs

        var random = SeededRandom(seed: 20_261_123)
        var wished = Wished()
        var tally = Tally()
        var rollbacks = 0
        for round in 0..<rounds {
            let victim = Victim.allCases[Int(random.nextRandom() % 3)]
            let delay = Int64(random.nextRandom() % 250)
            let command = wished.nextCommand(&random, image: image)
            async let answer = Self.send(command, programs)
            try await LoopActor.sleep(milliseconds: delay)
            if victim != .controlPlane { try programs.killAgent() }
            if victim != .agent { try programs.killControlPlane() }
            let acknowledged = await answer
            tally.add(victim, delay: delay, acknowledged: acknowledged)
            if victim != .agent { try await programs.startControlPlane() }
            if victim != .controlPlane { try programs.startAgent() }
            try await wished.settle(command, acknowledged: acknowledged, programs)
            for (name, promise) in wished.deployments.sorted(by: { $0.key < $1.key }) {
                try await programs.eventually(
                    "round \(round), \(victim.rawValue) killed: \(name) has \(promise.replicas)"
                ) {
                    let containers = try await Containers.of(name, on: docker)
                    let status = try await programs.call(.get, "/api/v1/deployments/\(name)").1["status"]
                    return containers.all.count == promise.replicas && containers.isUnique
                        && containers.running.count == promise.replicas && status?.stringValue == "running"
                }
            }
            for name in wished.deployments.keys.sorted() {
                let rollout = try await programs.call(.get, "/api/v1/deployments/\(name)").1["rollout"]
                let isRolledBack = rollout?["restored_from"]?.intValue != nil
                if isRolledBack { rollbacks += 1 }
                #expect(!isRolledBack, "round \(round), \(victim.rawValue) killed: \(name) was rolled back")
            }
            let now = try await Containers.of("steady", on: docker).runningIDs
            #expect(now == steady, "round \(round): a container nobody changed was touched")
        }
        print(tally.text + "\(rollbacks) of \(rounds) rounds ended in a rollback")
        for name in ["steady"] + wished.deployments.keys.sorted() {
            #expect(try await programs.call(.delete, "/api/v1/deployments/\(name)").0 == 204)
            try await programs.eventually("\(name) is removed") {
                try await Containers.of(name, on: docker).all.isEmpty
            }
        }
    }

    /// With automatic rollback: an agent killed in the middle of a switch must not call the new container broken.
    static func body(_ name: String, _ image: String, replicas: Int) -> String {
        #"{"name":"\#(name)","image":"\#(image)","replicas":\#(replicas),"ports":[{"container_port":80}],"#
            + #""stop_grace_secs":1,"strategy":{"healthy_after_secs":0}}"#
    }

    /// Whether the control plane answered that it was done; no answer is no acknowledgement.
    @LoopActor static func send(_ command: Wished.Command, _ programs: Programs) async -> Bool {
        let answer: (Int, JSONNode)?
        switch command {
        case .create(_, let body): answer = try? await programs.call(.post, "/api/v1/deployments", body)
        case .change(let name, let body, _):
            answer = try? await programs.call(.patch, "/api/v1/deployments/\(name)", body)
        case .delete(let name): answer = try? await programs.call(.delete, "/api/v1/deployments/\(name)")
        }
        return answer.map { $0.0 < 300 } ?? false
    }
}

/// What the operator asked for and was promised.
struct Wished: Sendable {
    enum Command: Sendable {
        case create(name: String, body: String)
        case change(name: String, body: String, Promise)
        case delete(name: String)

        var name: String {
            switch self {
            case .create(let name, _), .change(let name, _, _), .delete(let name): name
            }
        }
    }

    /// What a deployment must look like.
    struct Promise: Sendable, Equatable {
        var replicas: Int
        /// The value of the variable `ROUND`.
        var round: String?
    }

    /// Every deployment that must exist.
    var deployments: [String: Promise] = [:]
    private var next = 0

    mutating func nextCommand(_ random: inout SeededRandom, image: String) -> Command {
        let names = deployments.keys.sorted()
        guard names.count >= 2, let name = names.randomElement(using: &random), let now = deployments[name]
        else {
            return create(image)
        }
        switch random.nextRandom() % 4 {
        case 0 where names.count < 4: return create(image)
        case 1: return .delete(name: name)
        case 2:
            let replicas = Int(random.nextRandom() % 3)
            return .change(
                name: name, body: #"{"replicas":\#(replicas)}"#, Promise(replicas: replicas, round: now.round)
            )
        default:
            let value = "\(random.nextRandom() % 1000)"
            return .change(
                name: name, body: #"{"env":{"ROUND":"\#(value)"}}"#,
                Promise(replicas: now.replicas, round: value))
        }
    }

    private mutating func create(_ image: String) -> Command {
        next += 1
        return .create(name: "kill-\(next)", body: KillTests.body("kill-\(next)", image, replicas: 1))
    }

    /// Compares with what is there: an acknowledged command must have happened, another may or may not have.
    @LoopActor mutating func settle(_ command: Command, acknowledged: Bool, _ programs: Programs) async throws
    {
        let name = command.name
        let (status, detail) = try await programs.call(.get, "/api/v1/deployments/\(name)")
        let found = Promise(
            replicas: detail["replicas"]?.intValue.map { Int($0) } ?? 0,
            round: detail["env"]?["ROUND"]?.stringValue)
        if acknowledged {
            switch command {
            case .create: #expect(status == 200, "\(name) was acknowledged and is gone")
            case .change(_, _, let promise):
                #expect(status == 200 && found == promise, "\(name): \(found), acknowledged \(promise)")
            case .delete: #expect(status == 404, "\(name) was deleted and is back")
            }
        }
        deployments[name] = status == 200 ? found : nil
    }
}

/// When the kills came.
private struct Tally {
    private var counts: [String: Int] = [:]

    mutating func add(_ victim: KillTests.Victim, delay: Int64, acknowledged: Bool) {
        let bucket = delay / 50 * 50
        counts[
            "\(victim.rawValue), \(bucket)–\(bucket + 49) ms, \(acknowledged ? "" : "not ")acknowledged",
            default: 0] += 1
    }

    var text: String {
        "kill -9 distribution:\n"
            + counts.sorted { $0.key < $1.key }.map { "  \($0.value) × \($0.key)\n" }.joined()
    }
}
