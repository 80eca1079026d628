import DockerEngine
import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@Suite(.onLoop)
struct ContainerTests {
    @Test @LoopActor
    func theVersionIsNegotiatedAndTheEngineDescribesItself() async throws {
        try await EngineFixture.run { fixture in
            try await fixture.client.ping()
            #expect(fixture.client.version == nil)
            let engine = try await fixture.client.negotiate()
            let version = try #require(fixture.client.version)
            #expect(version <= engine.apiVersion)
            #expect(version >= DockerLimits.oldestVersion)
            let information = try await fixture.client.information()
            #expect(information.memoryBytes > 0)
            #expect(information.processors > 0)
            #expect(information.rootFolder.hasPrefix(fixture.docker.folder))
        }
    }

    @Test @LoopActor
    func aContainerLivesFromCreationToRemoval() async throws {
        try await EngineFixture.run { fixture in
            let client = fixture.client
            let name = fixture.name("life")
            let port = try await EngineFixture.freePort()
            let id = try await fixture.create(name: name) {
                $0.labels = ["fledx.test": name, "other": "x"]
                $0.environment = ["A=1", "PORT=8080"]
                $0.hostname = "box"
                $0.ports = [PublishedPort(containerPort: 8080, hostIP: "127.0.0.1", hostPort: port)]
                $0.memoryBytes = 64 << 20
                $0.nanoProcessors = 500_000_000
                $0.processLimit = 50
                $0.stopTimeoutSeconds = 3
                $0.usesInit = false
                $0.logDriver = "json-file"
                $0.logOptions = ["max-size": "1m"]
                $0.droppedCapabilities = ["NET_RAW"]
                $0.extraHosts = ["registry:10.0.0.1"]
                $0.memoryFolders = ["/scratch": "size=1m"]
                $0.mounts = [ContainerMount(kind: .bind, source: "/etc", target: "/host-etc", readOnly: true)]
            }
            #expect(try await client.inspectContainer(id).state.status == .created)
            try await client.startContainer(id)
            try await client.startContainer(id)
            #expect(try await fixture.page("http://127.0.0.1:\(port)/") == "box version 1\n")
            let details = try await client.inspectContainer(name)
            #expect(details.id == id)
            #expect(details.name == name)
            #expect(details.state.status == .running)
            #expect(details.state.processID > 0)
            #expect(details.state.startedAt != nil)
            #expect(details.state.finishedAt == nil)
            #expect(details.labels["fledx.test"] == name)
            #expect(details.environment.contains("A=1"))
            #expect(details.ports.contains { $0.containerPort == 8080 && $0.hostPort == port })
            let address = try #require(details.addresses["bridge"])
            #expect(try await fixture.page("http://\(address):8080/") == "box version 1\n")

            let listed = try await client.listContainers(labels: ["fledx.test=\(name)"])
            #expect(listed.map(\.id) == [id])
            #expect(listed.first?.status == .running)
            #expect(listed.first?.name == name)
            #expect(listed.first?.addresses["bridge"] == address)
            #expect(try await client.listContainers(labels: ["fledx.test=nobody"]).isEmpty)

            let renamed = fixture.name("renamed")
            try await client.renameContainer(id, to: renamed)
            #expect(try await client.inspectContainer(renamed).id == id)

            try await client.stopContainer(id, graceSeconds: 5)
            try await client.stopContainer(id, graceSeconds: 5)
            let stopped = try await client.inspectContainer(id)
            #expect(stopped.state.status == .exited)
            #expect(stopped.state.exitCode == 0)
            #expect(stopped.state.finishedAt != nil)
            #expect(stopped.ports.isEmpty)
            #expect(stopped.portBindings.first?.hostPort == port)
            try await client.removeContainer(id, force: false)
            #expect(await kind { _ = try await client.inspectContainer(id) } == .notFound)
            #expect(await kind { try await client.removeContainer(id, force: true) } == .notFound)
            #expect(await kind { try await client.stopContainer(id, graceSeconds: 1) } == .notFound)
        }
    }

    @Test @LoopActor
    func exitsKillsAndWaitsAreSeen() async throws {
        try await EngineFixture.run { fixture in
            let bad = try await fixture.create(.bad)
            try await fixture.client.startContainer(bad)
            #expect(try await fixture.client.waitForExit(bad, milliseconds: 10_000) == 1)
            #expect(await kind { try await fixture.client.killContainer(bad) } == .conflict)
            let stubborn = try await fixture.create(.stubborn)
            try await fixture.client.startContainer(stubborn)
            #expect(
                await kind { _ = try await fixture.client.waitForExit(stubborn, milliseconds: 100) }
                    == .timeout)
            try await fixture.client.stopContainer(stubborn, graceSeconds: 0)
            #expect(try await fixture.client.inspectContainer(stubborn).state.exitCode == 137)
        }
    }

    @Test @LoopActor
    func conflictsNameWhatIsTaken() async throws {
        try await EngineFixture.run { fixture in
            let client = fixture.client
            let name = fixture.name("taken")
            let port = try await EngineFixture.freePort()
            let first = try await fixture.create(name: name) {
                $0.ports = [PublishedPort(containerPort: 80, hostPort: port)]
            }
            #expect(await kind { _ = try await fixture.create(name: name) } == .conflict)
            try await client.startContainer(first)
            let second = try await fixture.create {
                $0.ports = [PublishedPort(containerPort: 80, hostPort: port)]
            }
            #expect(await kind { try await client.startContainer(second) } == .portConflict(hostPort: port))

            let listener = try Listener.tcp(host: "0.0.0.0", port: 0)
            let foreign = listener.port
            let third = try await fixture.create {
                $0.ports = [PublishedPort(containerPort: 80, hostPort: foreign)]
            }
            #expect(await kind { try await client.startContainer(third) } == .portConflict(hostPort: foreign))
            listener.close()
        }
    }

    @Test @LoopActor
    func refusalsCarryTheEnginesWords() async throws {
        try await EngineFixture.run { fixture in
            do {
                _ = try await fixture.create { $0.memoryBytes = 1 }
                Issue.record("a byte of memory was accepted")
            } catch let failure as DockerFailure {
                #expect(failure.kind == .refused(status: 400))
                #expect(failure.detail.lowercased().contains("memory"))
                #expect(!failure.retryable)
            }
            let absent = ContainerCreation(image: "fledx-test/absent:1")
            #expect(
                await kind { _ = try await fixture.client.createContainer(absent, name: nil) }
                    == .imageNotFound)
        }
    }

    @Test @LoopActor
    func logsAndCountersAreRead() async throws {
        try await EngineFixture.run { fixture in
            let bad = try await fixture.create(.bad)
            try await fixture.client.startContainer(bad)
            _ = try await fixture.client.waitForExit(bad, milliseconds: 10_000)
            let logs = try await fixture.client.logs(of: bad, LogOptions())
            var output: [UInt8] = []
            var errors: [UInt8] = []
            while let frames = try await logs.next() {
                for frame in frames {
                    if frame.source == .error { errors += frame.bytes } else { output += frame.bytes }
                }
            }
            #expect(String(decoding: output, as: UTF8.self) == "about to fail\n")
            #expect(String(decoding: errors, as: UTF8.self) == "failed\n")

            let running = try await fixture.create()
            try await fixture.client.startContainer(running)
            var options = LogOptions()
            options.follows = true
            let follower = try await fixture.client.logs(of: running, options)
            #expect(try await follower.next()?.first?.bytes == Array("serving version 1\n".utf8))
            follower.cancel()
            let statistics = try await fixture.client.statistics(of: running)
            #expect(statistics.memoryBytes > 0)
            #expect(statistics.processorNanoseconds > 0)
            #expect(statistics.processes > 0)
            #expect(statistics.processors > 0)
        }
    }

    @Test @LoopActor
    func commandsRunInsideAndReportTheirCode() async throws {
        try await EngineFixture.run { fixture in
            let id = try await fixture.create()
            let client = fixture.client
            #expect(
                await kind { _ = try await client.execute(["true"], in: id, milliseconds: 5_000) }
                    == .conflict)
            try await client.startContainer(id)
            let result = try await client.execute(
                ["sh", "-c", "echo out; echo err >&2; exit 3"], in: id, milliseconds: 10_000)
            #expect(result.exitCode == 3)
            #expect(
                Set(result.output.split(separator: 10)) == [ArraySlice("out".utf8), ArraySlice("err".utf8)])
            #expect(
                await kind { _ = try await client.execute(["sleep", "5"], in: id, milliseconds: 200) }
                    == .timeout)
        }
    }

    @Test @LoopActor
    func eventsTellWhatHappens() async throws {
        try await EngineFixture.run { fixture in
            let name = fixture.name("events")
            var filter = EventFilter()
            filter.types = ["container"]
            filter.labels = ["fledx.events=\(name)"]
            let events = try await fixture.client.events(filter)
            let id = try await fixture.create(.bad) { $0.labels = ["fledx.events": name] }
            try await fixture.client.startContainer(id)
            var actions: [String] = []
            while actions.last != "die", let event = try await events.next() {
                #expect(event.actor == id)
                #expect(event.attributes["fledx.events"] == name)
                actions.append(event.action)
                if event.action == "die" { #expect(event.exitCode == 1) }
            }
            #expect(actions == ["create", "start", "die"])
            events.cancel()
            filter.sinceNanoseconds = 0
            filter.untilNanoseconds = Int64.max / 1_000_000_000 * 1_000_000_000
            let replay = try await fixture.client.events(filter)
            #expect(try await replay.next()?.action == "create")
            replay.cancel()
        }
    }
}
