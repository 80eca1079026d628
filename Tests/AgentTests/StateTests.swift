import AgentTestKit
import EventLoop
import Foundation
import Model
import NodeCore
import TestKit
import Testing

@testable import Agent

@Suite struct StateTests {
    let folder: TemporaryFolder
    let store: DocumentStore

    init() throws {
        folder = try TemporaryFolder()
        store = DocumentStore(folder: folder.path, nodeID: AgentRun.nodeID, token: Redacted("token"))
    }

    private func document(_ revision: UInt64) -> DesiredStateDocument {
        ScriptedControlPlane.document([Replicas.one(env: ["A": "1"])], revision: revision)
    }

    private func damage(_ path: String) throws {
        let bytes = try FileIO.read(path, limitBytes: 1 << 20)
        try FileIO.writeDurably(path, Array(bytes.dropLast(9)))
    }

    @Test func aDocumentComesBackAsItWas() throws {
        #expect(try store.load().document == nil)
        try store.save(document(1))
        try store.save(document(2))
        #expect(try store.load() == .init(document: document(2)))
        #expect(try FileIO.status(store.path)?.mode == 0o600)
    }

    @Test func secretsAreSealedOnTheDiskAndOpenUnderTheSameTokenOnly() throws {
        var secret = document(1)
        secret.secrets = DesiredSecrets(
            configValues: [
                .init(
                    reference: ConfigReference(configID: ConfigID(UUIDValue(high: 1, low: 1)), version: 1),
                    key: "PASSWORD", value: "hush")
            ],
            registryLogins: [
                .init(name: "r", host: "registry.example", username: "u", password: "silence")
            ])
        try store.save(secret)
        let text = String(decoding: try FileIO.read(store.path, limitBytes: 1 << 20), as: UTF8.self)
        #expect(!text.contains("hush") && !text.contains("silence") && !text.contains("PASSWORD"))
        #expect(try store.load() == .init(document: secret))
        let other = DocumentStore(folder: folder.path, nodeID: AgentRun.nodeID, token: Redacted("other"))
        #expect(try other.load() == .init(document: document(1), hasClosedSecrets: true))
    }

    @Test func whatCouldNotBeReadAgainIsNotWritten() throws {
        try store.save(document(1))
        var large = document(2)
        large.deployments[0].container.env["A"] = String(
            repeating: "x", count: AgentLimits.storedDocumentBytes)
        #expect(throws: AgentFailure.self) { try store.save(large) }
        #expect(try store.load() == .init(document: document(1)))
    }

    @Test func aFileThatIsTooLongIsDamagedAndNothingElse() throws {
        try store.save(document(1))
        try store.save(document(2))
        let long = [UInt8](repeating: 0x78, count: AgentLimits.storedDocumentBytes + 1)
        try FileIO.writeDurably(store.path, long)
        #expect(try store.setForeignAside() == nil)
        let loaded = try store.load()
        #expect(loaded.document?.revision == 1)
        #expect(loaded.remark?.contains("is used instead") == true)
        #expect(FileIO.isPresent(store.damagedPath))
        let memories = MemoryStore(folder: folder.path)
        try FileIO.writeDurably(memories.path, Array(long.dropLast(AgentLimits.memoryBytes)))
        #expect(try memories.load().remark?.contains("restart counts begin anew") == true)
    }

    /// One config of many replicas made of a document of some megabytes one that was too long to be read.
    @Test func aDocumentIsKeptAsItWasReceived() throws {
        let reference = ConfigReference(configID: ConfigID(UUIDValue(high: 1, low: 1)), version: 1)
        var received = document(1)
        received.configs = [
            DesiredConfig(
                reference: reference, name: "c",
                content: ConfigContent(
                    entries: [ConfigEntry(key: "LONG", source: .value(String(repeating: "x", count: 4096)))]))
        ]
        received.deployments = (UInt64(1)...50).map { number in
            var replica = Replicas.one(number)
            replica.configs = [reference]
            return replica
        }
        try store.save(received)
        let size = try FileIO.status(store.path)?.sizeBytes ?? .max
        #expect(size < 50 * 4096)
        let loaded = try store.load().document
        #expect(loaded == received)
        #expect(
            loaded?.expanded.deployments.allSatisfy { $0.container.env["LONG"]?.utf8.count == 4096 } == true)
    }

    @Test func aTornNewestDocumentGivesWayToTheOneBefore() throws {
        try store.save(document(1))
        try store.save(document(2))
        try damage(store.path)
        let loaded = try store.load()
        let remark = loaded.remark
        #expect(loaded.document?.revision == 1)
        #expect(remark?.contains("checksum") == true)
        #expect(remark?.contains("desired.json.previous is used") == true)
    }

    @Test func aTornDocumentNeverTakesThePlaceOfAGoodOne() throws {
        try store.save(document(1))
        try store.save(document(2))
        try damage(store.path)
        _ = try store.load()
        try store.save(document(3))
        try damage(store.path)
        #expect(try store.load().document?.revision == 1)
    }

    @Test func withBothTornNothingIsAppliedAndTheReasonSaysWhatHappens() throws {
        try store.save(document(1))
        try store.save(document(2))
        try damage(store.path)
        try damage(store.previousPath)
        let loaded = try store.load()
        #expect(loaded.document == nil)
        #expect(loaded.remark?.contains("containers are left alone") == true)
    }

    @Test func aDocumentOfAnotherNodeIsNotUsed() throws {
        try store.save(document(1))
        let other = DocumentStore(
            folder: folder.path, nodeID: NodeID(UUIDValue(high: 7, low: 7)), token: Redacted("token"))
        let loaded = try other.load()
        #expect(loaded.document == nil)
        #expect(loaded.remark?.contains("another node") == true)
    }

    @Test func aFailedWriteLeavesWhatWasThere() throws {
        try store.save(document(1))
        try FileIO.makeFolders(store.path + ".next.tmp")
        #expect(throws: LoopFailure.self) { try store.save(document(2)) }
        #expect(try store.load().document?.revision == 1)
    }

    @Test func aDamagedMemoryIsForgottenWithARemark() throws {
        let memories = MemoryStore(folder: folder.path)
        #expect(try memories.load().remark == nil)
        try memories.save(NodeMemory())
        try FileIO.writeDurably(memories.path, Array("{".utf8))
        #expect(try memories.load().remark?.contains("restart counts begin anew") == true)
    }

    /// Changing this recreates every container of every node.
    @Test func theSpecHashIsStable() {
        var replica = Replicas.one(hostPort: 8080, env: ["B": "2", "A": "1"], command: ["run", "-v"])
        let hash = SpecHash(nodeID: AgentRun.nodeID)
        #expect(
            String(decoding: SpecHash.canonical(replica), as: UTF8.self)
                == #"["app:1",["run","-v"],null,["A=1","B=2"],null,null,null,null,null,null,[":8080:80/tcp"],0]"#
        )
        let before = hash(replica)
        #expect(before == "a7ac38ec35ddda216e37bfb353ac25e6")
        replica.generation = 9
        replica.container.restart = RestartSpec(policy: .never)
        replica.container.stopGraceSecs = 1
        replica.container.pull = PullSpec(policy: .always, credential: "other")
        replica.container.health = HealthSpec(liveness: ProbeSpec(.tcp(port: 1)))
        #expect(hash(replica) == before, "bookkeeping and policies change nothing in a container")
        replica.container.isolation.readOnlyRootfs = true
        replica.container.volumes = [VolumeMount(hostPath: "/a", containerPath: "/b")]
        #expect(
            String(decoding: SpecHash.canonical(replica), as: UTF8.self)
                .hasSuffix(#",0,["volumes",["/a","/b","rw"]],["read_only_rootfs",["true"]]]"#))
        #expect(hash(replica) == "77c28fa0b10807b466ec0b34a34778df")
        replica.restartNonce = 1
        #expect(hash(replica) != before)
        #expect(SpecHash(nodeID: NodeID(UUIDValue(high: 1, low: 2)))(Replicas.one()) != hash(Replicas.one()))
    }
}
