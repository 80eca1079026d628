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

/// Which files of configs a container begins and goes on with, by what its engine says of it.
@Suite(.onLoop) @LoopActor final class ContainerFilesTests {
    private static let node = NodeID(UUIDValue(high: 5, low: 1))
    private static let config = ConfigID(UUIDValue(high: 6, low: 2))
    private static let container = ContainerID("c1")
    private static let hash = "hash-1"

    private let folder: TemporaryFolder
    /// In memory, as an agent asks for it.
    private let memory: String
    private let engine: OneContainerEngine
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

    private func end() throws {
        engine.end()
        http.close()
        try FileManager.default.removeItem(atPath: memory)
    }

    /// The replica is to run with a version, in a container of a hash.
    private func told(_ version: UInt64, hash: String = hash) {
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

    private func start() async -> ActionResult { await runtime.perform(.start(Self.container)) }

    private func reload() async -> ActionResult { await runtime.perform(.reload(Self.container)) }

    private var file: String { "\(memory)/\(Self.node)/files/\(OneContainerEngine.name)/c0" }

    private func content() throws -> String {
        String(decoding: try FileIO.read(file, limitBytes: 100), as: UTF8.self)
    }

    private func inode() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        return try #require(attributes[.systemFileNumber] as? NSNumber).intValue
    }

    @Test func theContainerOfTheWayBackBeginsWithWhatItHad() async throws {
        told(1)
        #expect(await start() == .containerStarted)
        #expect(try content() == "content 1")
        // One write has changed the image and the content, and the new container does not work.
        told(2, hash: "hash-2")
        engine.status = "exited"
        #expect(await start() == .containerStarted)
        #expect(try content() == "content 1")
        // What a reboot has taken is better there than not.
        try FileIO.remove(file)
        #expect(await start() == .containerStarted)
        #expect(try content() == "content 2")
        try end()
    }

    @Test func aContainerThatIsNotWishedAnyMoreIsLeftAloneWhileItRuns() async throws {
        told(1)
        #expect(await start() == .containerStarted)
        told(2, hash: "hash-2")
        engine.status = "running"
        #expect(await start() == .containerStarted)
        #expect(await reload() == .containerReloaded)
        #expect(try content() == "content 1")
        #expect(engine.told.isEmpty)
        // It is wished again: with other contents.
        told(3)
        #expect(await reload() == .containerReloaded)
        #expect(try content() == "content 3")
        #expect(engine.told == ["kill"])
        try end()
    }

    @Test(arguments: ["paused", "restarting"])
    func aFileBelowAFrozenProgramIsNotReplaced(_ status: String) async throws {
        told(1)
        #expect(await start() == .containerStarted)
        let before = try inode()
        told(2)
        engine.status = status
        guard case .failed(let failure) = await start() else {
            Issue.record("it was started")
            return
        }
        #expect(failure.detail.contains("it is \(status)"))
        #expect(try inode() == before)
        #expect(try content() == "content 1")
        try end()
    }

    @Test func aStartWaitsForAReloadThatWasGivenUp() async throws {
        told(1)
        #expect(await start() == .containerStarted)
        told(2)
        engine.status = "running"
        engine.isSilent = true
        let reloading = Task { @LoopActor in await reload() }
        try await eventually("the signal is on its way") { self.engine.told == ["kill"] }
        engine.status = "exited"
        told(3)
        guard case .failed(let failure) = await start() else {
            Issue.record("it was started")
            return
        }
        #expect(failure.detail.contains("an earlier try"))
        #expect(try content() == "content 2")
        reloading.cancel()
        _ = await reloading.value
        #expect(await start() == .containerStarted)
        #expect(try content() == "content 3")
        try end()
    }
}
