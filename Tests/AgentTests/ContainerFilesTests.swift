import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import HTTPClient
import Logging
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

/// An agent's runtime with one container.
@LoopActor
private final class OneContainer {
    private static let node = NodeID(UUIDValue(high: 5, low: 1))
    private static let config = ConfigID(UUIDValue(high: 6, low: 2))
    private static let container = ContainerID("c1")
    static let hash = "hash-1"

    private let folder: TemporaryFolder
    /// In memory, as an agent asks for it.
    private let memory: String
    let engine: OneContainerEngine
    private let http = HTTPClient()
    private let runtime: DockerRuntime

    init() throws {
        folder = try TemporaryFolder()
        memory = "/dev/shm/fledx-files-\(SystemInfo.processID)-\(UUID().uuidString)"
        engine = try OneContainerEngine(
            socket: folder.path("s"), id: Self.container.rawValue,
            labels: [
                ContainerLabel.assignmentID: "\(Replicas.one().assignmentID)",
                ContainerLabel.specHash: Self.hash,
                ConfigFiles.label: "\(Self.config)@1=/etc/app",
            ])
        let client = DockerClient(endpoint: DockerEndpoint(socketPath: folder.path("s")), http: http)
        runtime = DockerRuntime(
            client: client, nodeID: Self.node,
            preparation: Preparation(
                volumes: VolumeRules(),
                secrets: SecretSource(folder: folder.path, prefix: "S_", environment: [:]),
                runFolder: memory, configFolder: folder.path, nodeID: Self.node, log: Logger(label: "test")),
            logins: RegistryLogins(file: nil), probes: ProbeRunner(docker: client, http: http),
            saveMemory: { _ in })
    }

    func end() throws {
        engine.end()
        http.close()
        try FileManager.default.removeItem(atPath: memory)
    }

    /// The replica is to run with a version, in a container of a hash.
    func told(_ version: UInt64, hash: String = OneContainer.hash) {
        var replica = Replicas.one(generation: version)
        let content = Array("content \(version)".utf8)
        let config = DesiredConfig(
            reference: ConfigReference(configID: Self.config, version: version), name: "app",
            content: ConfigContent(files: [
                ConfigFile(path: "/etc/app", source: .content(content), reload: .signal(.hangup))
            ]), containerVersion: 1)
        replica.configs = [config.reference]
        var document = ScriptedControlPlane.document([replica], revision: version)
        document.configs = [config]
        runtime.told(document, specHashes: [replica.assignmentID: hash])
    }

    func start() async -> ActionResult { await runtime.perform(.start(Self.container)) }

    func reload() async -> ActionResult { await runtime.perform(.reload(Self.container)) }

    var file: String { "\(memory)/\(Self.node)/files/\(OneContainerEngine.name)/c0" }

    func content() throws -> String {
        String(decoding: try FileIO.read(file, limitBytes: 100), as: UTF8.self)
    }

    func inode() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        return try #require(attributes[.systemFileNumber] as? NSNumber).intValue
    }
}

/// Which files of configs a container begins and goes on with, by what its engine says of it.
@Suite(.onLoop) struct ContainerFilesTests {
    @Test @LoopActor func theContainerOfTheWayBackBeginsWithWhatItHad() async throws {
        let it = try OneContainer()
        it.told(1)
        #expect(await it.start() == .containerStarted)
        #expect(try it.content() == "content 1")
        // One write has changed the image and the content, and the new container does not work.
        it.told(2, hash: "hash-2")
        it.engine.status = "exited"
        #expect(await it.start() == .containerStarted)
        #expect(try it.content() == "content 1")
        // What a reboot has taken is better there than not.
        try FileIO.remove(it.file)
        #expect(await it.start() == .containerStarted)
        #expect(try it.content() == "content 2")
        try it.end()
    }

    @Test @LoopActor func aContainerThatIsNotWishedAnyMoreIsLeftAloneWhileItRuns() async throws {
        let it = try OneContainer()
        it.told(1)
        #expect(await it.start() == .containerStarted)
        it.told(2, hash: "hash-2")
        it.engine.status = "running"
        #expect(await it.start() == .containerStarted)
        #expect(await it.reload() == .containerReloaded)
        #expect(try it.content() == "content 1")
        #expect(it.engine.told.isEmpty)
        // It is wished again: with other contents.
        it.told(3)
        #expect(await it.reload() == .containerReloaded)
        #expect(try it.content() == "content 3")
        #expect(it.engine.told == ["kill"])
        try it.end()
    }

    @Test(arguments: ["paused", "restarting"])
    @LoopActor func aFileBelowAFrozenProgramIsNotReplaced(_ status: String) async throws {
        let it = try OneContainer()
        it.told(1)
        #expect(await it.start() == .containerStarted)
        let before = try it.inode()
        it.told(2)
        it.engine.status = status
        guard case .failed(let failure) = await it.start() else {
            Issue.record("it was started")
            return
        }
        #expect(failure.detail.contains("it is \(status)"))
        #expect(try it.inode() == before)
        #expect(try it.content() == "content 1")
        try it.end()
    }

    @Test @LoopActor func aStartWaitsForAReloadThatWasGivenUp() async throws {
        let it = try OneContainer()
        it.told(1)
        #expect(await it.start() == .containerStarted)
        it.told(2)
        it.engine.status = "running"
        it.engine.isSilent = true
        let reloading = Task { @LoopActor in await it.reload() }
        try await eventually("the signal is on its way") { it.engine.told == ["kill"] }
        it.engine.status = "exited"
        it.told(3)
        guard case .failed(let failure) = await it.start() else {
            Issue.record("it was started")
            return
        }
        #expect(failure.detail.contains("an earlier try"))
        #expect(try it.content() == "content 2")
        reloading.cancel()
        _ = await reloading.value
        #expect(await it.start() == .containerStarted)
        #expect(try it.content() == "content 3")
        try it.end()
    }
}
