import AgentTestKit
import DockerEngine
import EventLoop
import Foundation
import Model
import TestKit
import Testing

/// Files of configs that change below real containers, and the programs that are told.
@Suite(.onLoop) struct ConfigReloadTests {
    private static let config = ConfigID(UUIDValue(high: 6, low: 9))

    /// Writes down what it reads, when it starts and when it is told.
    private static let program = """
        trap 'echo told $(cat /etc/app/one) >>/seen' HUP
        trap 'exit 0' TERM
        echo began $(cat /etc/app/one) >>/seen
        while :; do sleep 1 & wait $!; done
        """

    private static func document(
        _ image: String, generation: UInt64, version: UInt64, made: UInt64 = 1, _ one: String, _ two: String,
        _ three: String = "fixed", program: String = program
    ) -> DesiredStateDocument {
        func source(_ text: String) -> ConfigFile.Source {
            text.hasPrefix("ref:") ? .reference(String(text.dropFirst(4))) : .content(Array(text.utf8))
        }
        let config = DesiredConfig(
            reference: ConfigReference(configID: config, version: version), name: "app",
            content: ConfigContent(files: [
                ConfigFile(
                    path: "/etc/app/one", mode: 0o444, source: source(one), reload: .signal(.hangup)),
                ConfigFile(path: "/etc/app/two", source: source(two), reload: .none),
                ConfigFile(path: "/etc/app/three", source: source(three)),
            ]), containerVersion: made)
        var replica = Replicas.one(image: image, generation: generation, graceSecs: 1)
        replica.container.entrypoint = ["/bin/sh", "-c", program]
        replica.configs = [config.reference]
        replica.strategy = RolloutStrategy(order: .stopFirst, healthyAfterSecs: 1, gateSecs: 5)
        var document = ScriptedControlPlane.document([replica], revision: generation)
        document.configs = [config]
        return document
    }

    @LoopActor private static func run(_ command: String, _ id: String, _ node: NodeFixture) async throws
        -> [String]
    {
        let result = try await node.client.execute(
            ["/bin/sh", "-c", command], in: id, milliseconds: 10_000)
        return String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What the program has seen so far.
    @LoopActor private static func saw(_ lines: [String], _ id: String, _ node: NodeFixture) async throws {
        try await eventually("the program sees \(lines.last ?? "")") {
            // It may be between two runs.
            (try? await run("cat /seen", id, node).count >= lines.count) == true
        }
        let seen = try await run("cat /seen", id, node)
        #expect(seen == lines)
    }

    @LoopActor private static func served(
        _ document: DesiredStateDocument, _ node: NodeFixture
    ) async throws -> InstanceReport {
        node.controlPlane.publish(document)
        let replica = document.deployments[0]
        return try await node.reported(replica, .running) { $0.generation == replica.generation }
    }

    /// An agent with a program that has begun with the first version.
    @LoopActor private static func begin(
        _ node: NodeFixture, _ settings: [String: String] = [:]
    ) async throws -> (image: String, id: String) {
        let image = try await node.docker.image(.one)
        try node.start(settings)
        let report = try await served(document(image, generation: 1, version: 1, "a", "a"), node)
        let id = try #require(report.containerID)
        try await saw(["began a"], id, node)
        return (image, id)
    }

    @Test @LoopActor func aChangedFileReachesTheSameProgramWhichIsToldOnceOrNotAtAll() async throws {
        try await NodeFixture.run { node in
            let (image, id) = try await Self.begin(node)

            let second = try await Self.served(
                Self.document(image, generation: 2, version: 2, "b", "a"), node)
            #expect(second.containerID == id && second.restartCount == 0)
            try await Self.saw(["began a", "told b"], id, node)
            let look = "cat /etc/app/one; echo; cat /etc/app/two; echo; ls -l /etc/app/one"
            let seen = try await Self.run(look, id, node)
            #expect(seen.prefix(2) == ["b", "a"])
            #expect(seen.last?.hasPrefix("-r--r--r--") == true)

            let third = try await Self.served(
                Self.document(image, generation: 3, version: 3, "b", "longer"), node)
            #expect(third.containerID == id)
            #expect(try await Self.run(look, id, node).prefix(2) == ["b", "longer"])

            // Going back is the same way; what nobody was to be told of has told nobody.
            let back = try await Self.served(
                Self.document(image, generation: 4, version: 1, "a", "a"), node)
            #expect(back.containerID == id && back.restartCount == 0)
            try await Self.saw(["began a", "told b", "told a"], id, node)
            #expect(try await Self.run(look, id, node).prefix(2) == ["a", "a"])
            #expect(node.log.contains("wrote /etc/app/one, /etc/app/two anew, sent SIGHUP"))

            let other = try await Self.served(
                Self.document(image, generation: 5, version: 5, made: 5, "a", "a", "changed"), node)
            #expect(other.containerID != id)
            try await Self.saw(["began a"], try #require(other.containerID), node)
        }
    }

    @Test @LoopActor func restartsEndWithTheNewestFilesAndNoSignalTooMany() async throws {
        try await NodeFixture.run { node in
            let (image, id) = try await Self.begin(node)
            await node.stop()

            // Another life of the agent finds nothing to do; the next change tells of itself only.
            try node.start()
            let second = try await Self.served(
                Self.document(image, generation: 2, version: 2, "b", "a"), node)
            #expect(second.containerID == id)
            try await Self.saw(["began a", "told b"], id, node)

            // The program ends: it begins with what is newest.
            try await node.client.killContainer(id)
            try await Self.saw(["began a", "told b", "began b"], id, node)

            // A reboot: the files are as they were before anybody is asked, and the next change comes as ever.
            await node.stop()
            try await node.client.stopContainer(id, graceSeconds: 1)
            node.forgetRunFolder()
            try node.start()
            try await Self.saw(["began a", "told b", "began b", "began b"], id, node)
            let third = try await Self.served(
                Self.document(image, generation: 3, version: 3, "c", "c"), node)
            #expect(third.containerID == id)
            try await Self.saw(["began a", "told b", "began b", "began b", "told c"], id, node)
            #expect(try await node.containers().map(\.id) == [id])
        }
    }

    @Test @LoopActor func anAgentThatDiedBeforeTheSignalMakesUpForItOnce() async throws {
        try await NodeFixture.run { node in
            let (image, id) = try await Self.begin(node)
            let second = Self.document(image, generation: 2, version: 2, "b", "a")
            _ = try await Self.served(second, node)
            try await Self.saw(["began a", "told b"], id, node)
            await node.stop()
            // What a life leaves that is killed when everything is written and nothing sent.
            let folder = node.filesFolder(try await node.client.inspectContainer(id).name)
            #expect(try FileIO.list(folder).sorted() == ["c0", "c1", "c2"])
            try FileIO.writeDurably("\(folder)/signals", Array("SIGHUP".utf8))
            try node.start()
            try await Self.saw(["began a", "told b", "told b"], id, node)
            try await eventually("nothing is due") {
                try FileIO.list(folder).sorted() == ["c0", "c1", "c2"]
            }
            let third = try await Self.served(
                Self.document(image, generation: 3, version: 3, "c", "a"), node)
            #expect(third.containerID == id)
            try await Self.saw(["began a", "told b", "told b", "told c"], id, node)
        }
    }

    @Test @LoopActor func aFileThatTheNodeLacksIsNamedAndNothingIsHalfWritten() async throws {
        try await NodeFixture.run { node in
            let data = node.folder.path("data")
            try FileIO.makeFolders("\(data)/configs")
            let (image, id) = try await Self.begin(node, ["FLEDX_AGENT_VOLUME_DATA_DIR": data])

            let second = Self.document(image, generation: 2, version: 2, "b", "ref:two")
            node.controlPlane.publish(second)
            let report = try await node.reported(second.deployments[0], .running) {
                $0.message?.contains("\(data)/configs/two of a config cannot be read") == true
            }
            #expect(report.generation == 1 && report.containerID == id)
            #expect(try await Self.run("cat /etc/app/one /seen", id, node) == ["abegan a"])
            // The program ends meanwhile: it begins with what it had.
            try await node.client.killContainer(id)
            try await Self.saw(["began a", "began a"], id, node)

            try Data("here".utf8).write(to: URL(filePath: "\(data)/configs/two"))
            let after = try await node.reported(second.deployments[0], .running) { $0.generation == 2 }
            #expect(after.containerID == id)
            try await Self.saw(["began a", "began a", "told b"], id, node)
            #expect(try await Self.run("cat /etc/app/two", id, node) == ["here"])
        }
    }

    @Test @LoopActor func theContainerOfTheWayBackBeginsWithWhatItHad() async throws {
        try await NodeFixture.run { node in
            let (image, id) = try await Self.begin(node)
            let broken = Self.document(image, generation: 2, version: 2, "b", "b", program: "exit 3")
            node.controlPlane.publish(broken)
            let report = try await node.reported(broken.deployments[0], .running) {
                $0.rejectedGeneration == 2
            }
            #expect(report.containerID == id && report.generation == 1)
            try await Self.saw(["began a", "began a"], id, node)
            #expect(try await Self.run("cat /etc/app/one /etc/app/two", id, node) == ["aa"])
        }
    }
}
