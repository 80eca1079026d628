import DockerEngine
import EventLoop
import Model
import NodeCore

@testable import Agent

/// Docker with faults on demand: containers in memory, every step in a log.
@LoopActor
final class FakeRuntime: ContainerRuntime {
    var isUp = true
    /// A file that stands for the socket.
    var entrancePath: String?
    /// Failures of the next steps whose words begin so.
    var failures: [String: ActionFailure] = [:]
    /// Steps whose words begin so wait until the word is taken out.
    var stuck: Set<String> = []
    /// The same, and those who wait do not hear that they are given up.
    var deaf: Set<String> = []
    private var unheard: [String] = []
    /// The grace each container was last stopped with.
    private(set) var graces: [ContainerID: Int] = [:]
    private(set) var log: [String] = []
    private(set) var containers: [ContainerID: ObservedContainer] = [:]
    private(set) var streams: [FakeChanges] = []
    private(set) var probes = 0
    /// How often each container was read.
    private(set) var readings: [ContainerID: Int] = [:]
    /// Containers of other node ids.
    var others: [String] = []
    private(set) var lists = 0
    private(set) var saves = 0
    /// Called before each step.
    var before: ((NodeAction.Work) -> Void)?
    /// What nodes were told, in order.
    private(set) var documents: [DesiredStateDocument] = []
    private let memories: MemoryStore?
    private var made = 0

    init(memories: MemoryStore? = nil, keeping containers: [ContainerID: ObservedContainer] = [:]) {
        self.memories = memories
        self.containers = containers
    }

    var running: [ContainerID] { containers.values.filter(\.state.isAlive).map(\.id).sorted() }

    var entrance: FileStatus? { entrancePath.flatMap { try? FileIO.status($0) } }

    func told(_ document: DesiredStateDocument, specHashes: [AssignmentID: String]) {
        documents.append(document)
    }

    func probe() async throws {
        probes += 1
        guard isUp else { throw Self.away }
    }

    func changes() async throws -> any ContainerChanges {
        guard isUp else { throw Self.away }
        let stream = FakeChanges()
        streams.append(stream)
        return stream
    }

    func reading(of id: ContainerID) async throws -> ContainerReading {
        guard isUp, containers[id]?.state.isAlive == true else { throw Self.away }
        readings[id, default: 0] += 1
        let count = UInt64(readings[id] ?? 0)
        // Half a core is busy, 100 bytes come in, 50 go out, 20 are read and 10 written between two readings.
        return ContainerReading(
            processorNanoseconds: count * 500, systemNanoseconds: count * 2000, processors: 2,
            memoryBytes: 1 << 20, receivedBytes: count * 100, sentBytes: count * 50,
            blockReadBytes: count * 20, blockWrittenBytes: count * 10)
    }

    func strangers() async throws -> [String] { others }

    /// The daemon goes away: streams break, every step fails.
    func goAway() {
        isUp = false
        for stream in streams { stream.end() }
        streams = []
    }

    /// The daemon ends its event stream and stays.
    func endStreams() {
        for stream in streams { stream.end() }
        streams = []
    }

    /// A container ends by itself.
    func crash(_ id: ContainerID, code: Int32 = 1) {
        containers[id]?.state = .exited(code: code)
        for stream in streams { stream.tell(id, .exited(code: code)) }
    }

    /// Whether such a step waits and hears nothing.
    func isDeafTo(_ words: String) -> Bool { unheard.contains { $0.hasPrefix(words) } }

    func perform(_ work: NodeAction.Work) async -> ActionResult {
        let words = ActionWords.of(work)
        before?(work)
        while let word = stuck.first(where: words.hasPrefix) {
            do { try await LoopActor.sleep(milliseconds: 2) } catch {
                stuck.remove(word)
                log.append("gave up \(words)")
                return .failed(FailureClass.of(error))
            }
        }
        while deaf.contains(where: words.hasPrefix) {
            if !unheard.contains(words) { unheard.append(words) }
            await Detour.run { try? await LoopActor.sleep(milliseconds: 2) }
        }
        guard isUp || ActionWords.kind(work) == "persist" else {
            return .failed(ActionFailure(.dockerUnreachable, "connection refused"))
        }
        if let key = failures.keys.first(where: words.hasPrefix), let failure = failures[key] {
            return .failed(failure)
        }
        return done(work)
    }

    private func done(_ work: NodeAction.Work) -> ActionResult {
        switch work {
        case .listContainers:
            lists += 1
            return .containersListed(Array(containers.values))
        case .inspect(let id): return .containerInspected(containers[id])
        case .lookUp: return .imageAbsent
        case .pull(let image, _, _):
            log.append("pull \(image)")
            return .imageReady(imageID: "sha256:\(image)")
        case .create(let plan): return create(plan)
        case .start(let id):
            log.append("start \(id)")
            containers[id]?.state = .running
            return .containerStarted
        case .reload(let id):
            log.append("reload \(id)")
            return .containerReloaded
        case .stop(let id, let graceSecs):
            graces[id] = graceSecs
            log.append("stop \(id)")
            containers[id]?.state = .exited(code: 143)
            return .containerStopped
        case .remove(let id):
            log.append("remove \(id)")
            containers[id] = nil
            return .containerRemoved
        case .removeImage: return .imageRemoved
        case .probe: return .probed(.passed("http 200"))
        case .listPorts: return .portsListed([])
        case .persistMemory(let memory):
            saves += 1
            do { try memories?.save(memory) } catch { return .failed(FailureClass.of(error)) }
            return .memoryPersisted
        }
    }

    private func create(_ plan: ContainerPlan) -> ActionResult {
        made += 1
        let id = ContainerID("c\(made)")
        log.append("create \(plan.replica.container.image)")
        containers[id] = ObservedContainer(
            id: id, name: plan.name, identity: plan.identity, state: .created, imageID: plan.imageID,
            hostPorts: HostPort.of(plan.replica))
        return .containerCreated(id)
    }

    private static let away = DockerFailure(
        .unreachable, operation: "negotiate version", detail: "connection refused")
}

/// Events that a test tells.
@LoopActor
final class FakeChanges: ContainerChanges {
    private var waiting: [(id: ContainerID, change: ContainerChange)] = []
    private var isEnded = false
    private let gate = Gate()

    func tell(_ id: ContainerID, _ change: ContainerChange) {
        waiting.append((id, change))
        gate.changed()
    }

    func end() {
        isEnded = true
        gate.changed()
    }

    func next() async throws -> (id: ContainerID, change: ContainerChange)? {
        try await gate.until { !self.waiting.isEmpty || self.isEnded }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    func cancel() { end() }
}
