import JSON
import NodeCore
import Testing

@testable import Agent
@testable import DockerEngine

/// Answers in the shape that newer engines' API documents describe: what they leave out is not missed.
///
/// They are written after those documents; what could be recorded is in `RecordedEngineTests`.
struct NewerEngineTests {
    private static func read(_ text: String) throws -> JSONNode { try JSONNode.parse(Array(text.utf8)) }

    /// The versions that engines announce, and what is spoken with each.
    @Test(
        arguments: [
            ("20.10", "1.41", "1.12", "1.41"), ("23.0", "1.42", "1.12", "1.42"),
            ("24.0", "1.43", "1.12", "1.43"), ("25.0", "1.44", "1.24", "1.44"),
            ("26.1", "1.45", "1.24", "1.45"), ("27.3", "1.47", "1.24", "1.47"),
            ("28.2", "1.50", "1.24", "1.47"), ("29.0", "1.52", "1.44", "1.47"),
        ])
    func everyEngineSinceTheOldestIsSpokenWith(
        engine: String, newest: String, oldest: String, spoken: String
    ) throws {
        let newest = try #require(APIVersion(newest))
        let chosen = APIVersion.negotiated(newest: newest, oldest: APIVersion(oldest))
        #expect(chosen?.description == spoken, "\(engine)")
    }

    /// Podman says `remove` where Docker says `destroy`, and before its fourth version `died`.
    @Test(
        arguments: [
            ("die", .exited(code: 3)), ("died", .exited(code: 3)), ("destroy", .removed),
            ("remove", .removed), ("cleanup", nil), ("exec_died", nil),
        ] as [(String, ContainerChange?)])
    func whatEnginesCallTheSameIsTheSame(action: String, change: ContainerChange?) throws {
        let node = try Self.read(
            #"{"Type":"container","Action":"\#(action)","Actor":{"ID":"c","Attributes":{"exitCode":"3"}}}"#)
        #expect(ContainerFacts.change(EngineEvent(node)) == change)
    }

    /// The newest engines leave out `status`, `id` and `from` beside `Action` and `Actor`.
    @Test func anEventWithoutItsOldNamesIsRead() throws {
        let node = try Self.read(
            #"{"Type":"container","Action":"die","Actor":{"ID":"4f1","Attributes":{"exitCode":"137","#
                + #""fledx.node_id":"n"}},"scope":"local","time":1764230400,"timeNano":1764230400123456789}"#)
        let event = EngineEvent(node)
        #expect(event.type == "container" && event.action == "die" && event.actor == "4f1")
        #expect(event.exitCode == 137 && event.attributes["fledx.node_id"] == "n")
    }

    /// They leave out the address beside the networks, and `Config.MacAddress`.
    @Test func aContainersAddressIsThatOfItsNetworks() throws {
        let node = try Self.read(
            #"{"Id":"4f1","Name":"/web","Created":"2026-11-26T08:00:00.123456789Z","Image":"sha256:aa","#
                + #""State":{"Status":"running","Running":true,"Pid":77,"ExitCode":0,"Error":"","#
                + #""StartedAt":"2026-11-26T08:00:01Z","FinishedAt":"0001-01-01T00:00:00Z"},"#
                + #""Config":{"Image":"web:1","Labels":{"a":"b"},"Env":["A=1"]},"#
                + #""HostConfig":{"NetworkMode":"bridge","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}},"#
                + #""NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},"#
                + #"{"HostIp":"::","HostPort":"8080"}]},"Networks":{"bridge":{"IPAddress":"172.17.0.2","#
                + #""DNSNames":null,"GwPriority":0}}},"ImageManifestDescriptor":{"digest":"sha256:bb"}}"#)
        let details = ContainerDetails(node)
        #expect(details.id == "4f1" && details.name == "web" && details.imageID == "sha256:aa")
        #expect(details.addresses == ["bridge": "172.17.0.2"])
        #expect(details.ports.contains { $0.hostPort == 8080 && $0.containerPort == 80 })
        #expect(details.state.status == .running && details.state.processID == 77)
    }

    /// The containerd image store: null instead of empty lists, a descriptor, no `Parent`, no `Container`.
    @Test func anImageOfTheOtherStoreIsRead() throws {
        let node = try Self.read(
            #"{"Id":"sha256:aa","RepoTags":["web:1"],"RepoDigests":["r.example/web@sha256:aa"],"Size":4242,"#
                + #""Architecture":"amd64","Os":"linux","Config":{"Labels":null,"ExposedPorts":null},"#
                + #""Descriptor":{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:aa"}}"#
        )
        let details = ImageDetails(node)
        #expect(details.id == "sha256:aa" && details.repositoryDigests == ["r.example/web@sha256:aa"])
        #expect(details.sizeBytes == 4242 && details.exposedPorts.isEmpty && details.labels.isEmpty)
    }

    /// Their words for the same refusals.
    @Test(
        arguments: [
            (404, "No such container: 4f1", DockerFailure.Kind.notFound),
            (404, "No such image: web:1", .imageNotFound),
            (
                404, "failed to resolve reference \"r.example/web:1\": r.example/web:1: not found",
                .notFound
            ),
            (
                500,
                "driver failed programming external connectivity on endpoint web (4f1): failed to bind host port "
                    + "for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use",
                .portConflict(hostPort: 8080)
            ),
            (
                500,
                "failed to set up container networking: driver failed programming external connectivity on endpoint "
                    + "web (4f1): Bind for 0.0.0.0:8080 failed: port is already allocated",
                .portConflict(hostPort: 8080)
            ),
            (
                409,
                "Conflict. The container name \"/web\" is already in use by container \"4f1\". You have to remove",
                .conflict
            ),
            (
                400, "client version 1.41 is too old. Minimum supported API version is 1.44",
                .refused(status: 400)
            ),
        ])
    func refusalsAreOfTheSameClasses(_ status: Int, _ message: String, _ kind: DockerFailure.Kind) {
        #expect(FailureReader.kind(status: status, message: message) == kind)
    }
}
