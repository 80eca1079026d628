import Foundation
import JSON
import Model
import Testing

@testable import DockerEngine

/// Answers of newer engines, recorded: Debian's 26.1.5 and 28.5.2, the latter with both of its image stores.
///
/// 28.5.2 ran with `DOCKER_MIN_API_VERSION=1.44`, the least that 29 speaks. Paths of its data folder and the kernel's
/// name were shortened; everything else is as it came.
struct RecordedEngineTests {
    /// What one engine answered, by a name for each question.
    struct Recording: Sendable, CustomTestStringConvertible {
        let engine: String
        let newest: String
        let oldest: String
        let spoken: String

        var testDescription: String { engine }

        func answer(_ name: String) throws -> JSONNode { try #require(try document()[name]) }

        func body(_ name: String) throws -> JSONNode { try #require(try answer(name)["body"]) }

        /// What the client makes of a refusal.
        func failure(_ name: String) throws -> DockerFailure {
            let answer = try answer(name)
            let status = try #require(answer["status"]?.intValue)
            return FailureReader.failure(
                status: Int(status), body: try #require(answer["body"]).encoded(), operation: name)
        }

        func document() throws -> JSONNode {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let file = folder.appending(path: "Recorded/\(engine).json")
            return try JSONNode.parse(Array(try Data(contentsOf: file)))
        }
    }

    static let all = [
        Recording(engine: "26.1.5", newest: "1.45", oldest: "1.24", spoken: "1.45"),
        Recording(engine: "28.5.2", newest: "1.51", oldest: "1.44", spoken: "1.47"),
        Recording(engine: "28.5.2-containerd-store", newest: "1.51", oldest: "1.44", spoken: "1.47"),
    ]

    @Test(arguments: all) func theVersionThatBothSpeakIsChosen(_ recording: Recording) throws {
        let version = try EngineVersion(try recording.body("version").encoded(), operation: "version")
        #expect(recording.engine.hasPrefix(String(version.release.prefix(6))))
        #expect(version.apiVersion.description == recording.newest)
        #expect(version.minimumAPIVersion?.description == recording.oldest)
        let chosen = APIVersion.negotiated(newest: version.apiVersion, oldest: version.minimumAPIVersion)
        #expect(chosen?.description == recording.spoken)
    }

    @Test(arguments: all) func aContainerIsRead(_ recording: Recording) throws {
        let details = ContainerDetails(try recording.body("container"))
        #expect(try details.id == recording.body("create").text("Id"))
        #expect(details.name == "web" && details.image == "web:1")
        #expect(details.state.status == .running && details.state.processID > 0)
        #expect(details.addresses == ["bridge": "10.99.0.2"] && details.networkMode == "bridge")
        #expect(details.labels["fledx.node_id"] == "n" && details.environment.contains("A=1"))
        #expect(details.ports.contains { $0.hostPort == 18_080 && $0.containerPort == 80 })
        #expect(details.portBindings.map(\.hostPort) == [18_080])
        let summary = ContainerSummary(try #require(try recording.body("containers")[0]))
        #expect(summary.id == details.id && summary.name == "web" && summary.status == .running)
        #expect(summary.labels == details.labels && summary.addresses == details.addresses)
        let ended = ContainerDetails(try recording.body("container-ended"))
        #expect(ended.state.status == .exited && ended.state.exitCode == 137)
        #expect(!ended.addresses.values.contains { !$0.isEmpty } && ended.ports.isEmpty)
        let finished = try #require(ended.state.finishedAt), started = try #require(ended.state.startedAt)
        #expect(finished.milliseconds > started.milliseconds)
    }

    @Test(arguments: all) func anImageAndWhatAContainerUsesAreRead(_ recording: Recording) throws {
        let image = ImageDetails(try recording.body("image"))
        #expect(image.id.hasPrefix("sha256:") && image.tags == ["web:1"])
        #expect(image.exposedPorts == ["80/tcp"] && image.labels.isEmpty && image.sizeBytes > 1_000_000)
        let hasDigest = recording.engine.contains("containerd")
        #expect(image.repositoryDigests == (hasDigest ? ["web@\(image.id)"] : []))
        let use = ContainerStatistics(try recording.body("stats"))
        #expect(use.processorNanoseconds > 0 && use.memoryBytes > 0 && use.processes > 0)
    }

    @Test(arguments: all) func theLifeOfAContainerIsHeard(_ recording: Recording) throws {
        let id = try recording.body("create").text("Id")
        let events = (try recording.document()["events"]?.arrayValue ?? []).map(EngineEvent.init)
        let heard = events.filter { $0.type == "container" && $0.actor == id }
        #expect(heard.map(\.action) == ["create", "start", "kill", "die", "destroy"])
        #expect(heard.first { $0.action == "die" }?.exitCode == 137)
        #expect(heard.allSatisfy { $0.attributes["fledx.node_id"] == "n" && $0.nanoseconds > 0 })
    }

    @Test(arguments: all) func refusalsAreOfTheirKinds(_ recording: Recording) throws {
        let kinds: [(String, DockerFailure.Kind)] = [
            ("name-taken", .conflict), ("no-container", .notFound), ("no-image", .imageNotFound),
            ("no-image-create", .imageNotFound), ("port-allocated", .portConflict(hostPort: 18_080)),
            ("port-in-use", .portConflict(hostPort: 18_081)), ("pull-fails", .registryUnavailable),
        ]
        for (name, kind) in kinds {
            let failure = try recording.failure(name)
            #expect(failure.kind == kind, "\(name): \(failure.detail)")
        }
        if recording.oldest == "1.44" {
            #expect(try recording.failure("too-old").kind == .refused(status: 400))
        }
    }
}
