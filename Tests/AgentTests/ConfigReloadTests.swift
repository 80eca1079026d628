import AgentTestKit
import EventLoop
import Foundation
import Model
import TestKit
import Testing

@testable import Agent

/// Files of configs that are written below running containers.
@Suite final class ConfigReloadTests {
    private static let config = ConfigID(UUIDValue(high: 6, low: 1))
    private static let container = "fledx-app-0-abcdef"

    private let folder: TemporaryFolder
    /// In memory, as an agent asks for it.
    private let memory: String
    private let files: ConfigFiles

    init() throws {
        folder = try TemporaryFolder()
        memory = "/dev/shm/fledx-reload-\(SystemInfo.processID)-\(UUID().uuidString)"
        files = ConfigFiles(run: RunFolder(folder: memory), localFolder: folder.path("configs"))
        try FileIO.makeFolders(folder.path("configs"))
    }

    deinit { try? FileManager.default.removeItem(atPath: memory) }

    private static func declared(
        _ version: UInt64, _ contents: [String], made: UInt64 = 1,
        reloads: [ConfigReload] = [.signal(.hangup), .none, .restart]
    ) -> DesiredConfig {
        DesiredConfig(
            reference: ConfigReference(configID: config, version: version), name: "app",
            content: ConfigContent(
                files: zip(contents, reloads).enumerated().map { number, file in
                    let source: ConfigFile.Source =
                        file.0.hasPrefix("ref:")
                        ? .reference(String(file.0.dropFirst(4))) : .content(Array(file.0.utf8))
                    return ConfigFile(path: "/etc/\(number)", source: source, reload: file.1)
                }), containerVersion: made)
    }

    private static func replica(_ version: UInt64, number: UInt64 = 1) -> DesiredReplica {
        var replica = Replicas.one(number)
        replica.configs = [ConfigReference(configID: config, version: version)]
        return replica
    }

    private static func supplies(_ configs: [DesiredConfig], _ replicas: [DesiredReplica]) -> Supplies {
        var document = ScriptedControlPlane.document(replicas, revision: 1)
        document.configs = configs
        return Supplies(document, specHashes: [:])
    }

    /// A container made with version 1.
    private func make(_ config: DesiredConfig = declared(1, ["a", "b", "c"])) throws -> String {
        let replica = Self.replica(1)
        var faults: [String] = []
        let made = try files.prepare(
            replica, Self.supplies([config], [replica]), container: Self.container, user: "", &faults)
        #expect(faults.isEmpty)
        return made.label
    }

    private func rewrite(_ label: String, _ config: DesiredConfig) throws -> ConfigFiles.Rewrite {
        let replica = Self.replica(config.reference.version)
        return try files.rewrite(
            label: label, Self.supplies([config], [replica]), container: Self.container,
            of: replica.assignmentID)
    }

    @discardableResult
    private func refresh(
        _ label: String, _ configs: [DesiredConfig], _ replicas: [DesiredReplica]
    ) throws -> Bool {
        try files.refresh(
            label: label, Self.supplies(configs, replicas), container: Self.container,
            of: Self.replica(1).assignmentID, user: "")
    }

    private var contents: [String] {
        get throws {
            try (0..<3).map {
                String(decoding: try files.run.content(Self.container, "c\($0)") ?? [], as: UTF8.self)
            }
        }
    }

    private var due: [ConfigReload.Signal] { get throws { try files.run.dueSignals(Self.container) } }

    @Test func theLabelNamesTheVersionThatContainersAreMadeFrom() throws {
        let replica = Self.replica(7)
        var faults: [String] = []
        let made = try files.prepare(
            replica, Self.supplies([Self.declared(7, ["x", "b", "c"], made: 3)], [replica]),
            container: Self.container, user: "", &faults)
        #expect(made.label.split(separator: "\n") == (0..<3).map { "\(Self.config)@3=/etc/\($0)" })
        #expect(try contents == ["x", "b", "c"])
    }

    @Test func onlyFilesThatDifferAreWrittenAndOnlyTheirSignalsAreDue() throws {
        let label = try make()
        let none = try rewrite(label, Self.declared(2, ["a", "B", "c"]))
        #expect(none == ConfigFiles.Rewrite(paths: ["/etc/1"], signals: []))
        #expect(try due.isEmpty)
        let both = try rewrite(label, Self.declared(3, ["A", "b", "c"]))
        #expect(both == ConfigFiles.Rewrite(paths: ["/etc/0", "/etc/1"], signals: [.hangup]))
        #expect(try contents == ["A", "b", "c"])
    }

    @Test func whenNothingDiffersNothingIsWrittenAndNoSignalIsDue() throws {
        let label = try make()
        #expect(try rewrite(label, Self.declared(2, ["a", "b", "c"])) == ConfigFiles.Rewrite())
        #expect(try FileIO.list("\(memory)/\(Self.container)").sorted() == ["c0", "c1", "c2"])
    }

    @Test func aSignalIsDueOnceHoweverManyFilesNameIt() throws {
        let reloads: [ConfigReload] = [.signal(.hangup), .signal(.user1), .signal(.hangup)]
        let label = try make(Self.declared(1, ["a", "b", "c"], reloads: reloads))
        let done = try rewrite(label, Self.declared(2, ["A", "B", "C"], reloads: reloads))
        #expect(done.signals == [.hangup, .user1])
    }

    @Test func aFileThatMakesAnotherContainerStaysAsItIs() throws {
        let label = try make()
        #expect(try rewrite(label, Self.declared(2, ["a", "b", "C"])) == ConfigFiles.Rewrite())
        #expect(try contents == ["a", "b", "c"])
    }

    @Test func theContainerSeesWhatIsWrittenBecauseItIsTheSameFile() throws {
        let label = try make()
        let mounted = try FileHandle(forReadingFrom: URL(filePath: files.run.path(Self.container, "c0")))
        _ = try rewrite(label, Self.declared(2, ["another content", "b", "c"]))
        #expect(try mounted.readToEnd() == Data("another content".utf8))
        try mounted.close()
    }

    @Test func aSignalThatAnEarlierLifeDidNotSendIsStillDue() throws {
        let label = try make()
        #expect(try rewrite(label, Self.declared(2, ["A", "b", "c"])).signals == [.hangup])
        // It dies here: the next one finds no difference.
        let next = try rewrite(label, Self.declared(2, ["A", "b", "c"]))
        #expect(next == ConfigFiles.Rewrite(paths: [], signals: [.hangup]))
        try files.run.setDueSignals(Self.container, [])
        #expect(try rewrite(label, Self.declared(2, ["A", "b", "c"])) == ConfigFiles.Rewrite())
    }

    @Test func signalsThatAreDueArePutTogether() throws {
        let reloads: [ConfigReload] = [.signal(.hangup), .signal(.user1), .none]
        let label = try make(Self.declared(1, ["a", "b", "c"], reloads: reloads))
        _ = try rewrite(label, Self.declared(2, ["A", "b", "c"], reloads: reloads))
        let next = try rewrite(label, Self.declared(3, ["A", "B", "c"], reloads: reloads))
        #expect(next == ConfigFiles.Rewrite(paths: ["/etc/1"], signals: [.hangup, .user1]))
        #expect(try due == [.hangup, .user1])
    }

    @Test func aStartTellsAProgramEverything() throws {
        let label = try make()
        _ = try rewrite(label, Self.declared(2, ["A", "b", "c"]))
        try refresh(label, [Self.declared(2, ["A", "b", "c"])], [Self.replica(2)])
        #expect(try due.isEmpty)
        #expect(try contents == ["A", "b", "c"])
    }

    @Test func aStartThatLacksALiveFileBeginsWithThoseThereWere() throws {
        let label = try make()
        #expect(try !refresh(label, [Self.declared(2, ["A", "ref:two", "c"])], [Self.replica(2)]))
        #expect(try contents == ["a", "b", "c"])
        try files.run.remove(container: Self.container)
        #expect(throws: PreparationFailure.self, "after a reboot there is nothing to begin with") {
            try refresh(label, [Self.declared(2, ["A", "ref:two", "c"])], [Self.replica(2)])
        }
        #expect(try refresh(label, [Self.declared(2, ["A", "B", "c"])], [Self.replica(2)]))
        #expect(try contents == ["A", "B", "c"])
    }

    @Test func aFileThatThisNodeLacksLeavesEveryFileAsItIs() throws {
        let label = try make()
        let config = Self.declared(2, ["A", "ref:two", "c"])
        #expect {
            try rewrite(label, config)
        } throws: {
            "\($0)".contains("\(self.folder.path("configs/two")) of a config cannot be read")
        }
        #expect(try contents == ["a", "b", "c"])
        #expect(try due.isEmpty)
        try Data("here".utf8).write(to: URL(filePath: folder.path("configs/two")))
        #expect(try rewrite(label, config).paths == ["/etc/0", "/etc/1"])
        #expect(try contents == ["A", "here", "c"])
    }

    @Test func aFileThatIsGoneIsToldAndTheOthersAreLeft() throws {
        let label = try make()
        try FileIO.remove(files.run.path(Self.container, "c1"))
        #expect {
            try rewrite(label, Self.declared(2, ["A", "B", "c"]))
        } throws: {
            "\($0)".contains("its next start writes it anew")
        }
        #expect(try contents == ["a", "", "c"])
    }

    @Test func anotherConfigsVersionIsNotWritten() throws {
        let label = try make()
        // The replica is made of something else by now; this is the container of before.
        #expect(try rewrite(label, Self.declared(5, ["A", "B", "C"], made: 5)) == ConfigFiles.Rewrite())
        #expect(try contents == ["a", "b", "c"])
    }

    @Test func aStartTakesTheVersionOfTheContainersOwnReplica() throws {
        let label = try make()
        let configs = [Self.declared(2, ["two", "b", "c"]), Self.declared(3, ["three", "b", "c"])]
        try refresh(label, configs, [Self.replica(2), Self.replica(3, number: 2)])
        #expect(try contents == ["two", "b", "c"])
        // Its own replica has gone on to what is made of something else.
        let later = configs + [Self.declared(4, ["four", "b", "C"], made: 4)]
        try refresh(label, later, [Self.replica(4), Self.replica(3, number: 2)])
        #expect(try contents == ["two", "b", "c"])
    }

    @Test func afterARebootAnyVersionIsBetterThanNone() throws {
        let label = try make()
        try FileManager.default.removeItem(atPath: memory)
        let configs = [
            Self.declared(2, ["two", "b", "c"]), Self.declared(3, ["three", "b", "c"]),
            Self.declared(4, ["four", "b", "C"], made: 4),
        ]
        try refresh(label, configs, [Self.replica(4)])
        #expect(try contents == ["three", "b", "c"])
        try FileManager.default.removeItem(atPath: memory)
        #expect {
            try refresh(label, [Self.declared(4, ["four", "b", "C"], made: 4)], [Self.replica(4)])
        } throws: {
            "\($0)".contains("version 1 of config \(Self.config) is not in this node's desired state")
        }
    }
}
