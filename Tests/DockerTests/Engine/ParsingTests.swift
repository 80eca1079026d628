import HTTPClient
import JSON
import Model
import TestKit
import Testing

@testable import DockerEngine

@Suite
struct ParsingTests {
    @Test(arguments: [
        ("1.41", "1.12", "1.41"), ("1.52", "1.44", "1.47"), ("1.44", "1.24", "1.44"), ("1.40", "1.12", nil),
        ("1.60", "1.50", nil),
    ])
    func versionsAreNegotiated(newest: String, oldest: String, chosen: String?) throws {
        let newest = try #require(APIVersion(newest))
        #expect(APIVersion.negotiated(newest: newest, oldest: APIVersion(oldest))?.description == chosen)
    }

    @Test(arguments: [
        ("nginx", "nginx:latest", "docker.io"), ("nginx:1.2", "nginx:1.2", "docker.io"),
        ("host:5000/a/b", "host:5000/a/b:latest", "host:5000"),
        ("host:5000/a:1", "host:5000/a:1", "host:5000"),
        ("localhost/a", "localhost/a:latest", "localhost"), ("ghcr.io/a/b:x", "ghcr.io/a/b:x", "ghcr.io"),
        ("team/app", "team/app:latest", "docker.io"),
    ])
    func referencesAreReadAndWritten(text: String, full: String, registry: String) throws {
        let reference = try #require(ImageReference(text))
        #expect(reference.description == full)
        #expect(reference.registry == registry)
    }

    @Test(arguments: ["", "a b", "a:", ":1", "a@sha256:12", "a/", "/a", "a@b@c", "a:-1", "-a", "a?b", "a//b"])
    func malformedReferencesAreRefused(text: String) { #expect(ImageReference(text) == nil) }

    @Test
    func digestsWinOverTags() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let reference = try #require(ImageReference("r:5000/a:1@\(digest)"))
        #expect(reference.tag == "1")
        #expect(reference.pinned == "r:5000/a@\(digest)")
        #expect(ImageReference("r:5000/a@\(digest)")?.tag == nil)
    }

    @Test(
        arguments: [
            ("Bind for 0.0.0.0:18081 failed: port is already allocated", 18081),
            ("Error starting userland proxy: listen tcp4 0.0.0.0:18081: bind: address already in use", 18081),
            ("listen tcp6 [::1]:80: bind: address already in use", 80),
            ("Bind for :::443 failed: port is already allocated", 443),
            ("failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use", 8080),
        ] as [(String, UInt16)])
    func takenPortsAreFoundInTheEnginesWords(message: String, port: UInt16) {
        #expect(FailureReader.kind(status: 500, message: message) == .portConflict(hostPort: port))
    }

    @Test(
        arguments: [
            "failed to create task for container: task 5c1f: already exists: unknown",
            "endpoint with name fledx-web-0-abc123 already exists in network bridge",
        ])
    func whatAnEarlierStartLeftIsTold(message: String) {
        for status in [403, 409, 500] {
            #expect(FailureReader.kind(status: status, message: message) == .startBarred)
        }
        #expect(FailureReader.kind(status: 409, message: "network with name x already exists") == .conflict)
    }

    @Test
    func statusesAndWordsDecideTheClass() {
        #expect(FailureReader.kind(status: 404, message: "No such container: x") == .notFound)
        #expect(FailureReader.kind(status: 404, message: "No such image: x") == .imageNotFound)
        #expect(FailureReader.kind(status: 404, message: "pull access denied for x") == .imageAccessDenied)
        #expect(
            FailureReader.kind(status: 500, message: "Get x: dial tcp: connection refused")
                == .registryUnavailable)
        #expect(FailureReader.kind(status: 409, message: "Conflict.") == .conflict)
        #expect(FailureReader.kind(status: 500, message: "oops") == .server(status: 500))
        #expect(FailureReader.kind(status: 400, message: "bad parameter") == .refused(status: 400))
        let body = Array(#"{"message":"a\nb"}"#.utf8)
        #expect(FailureReader.failure(status: 500, body: body, operation: "x").detail == "a b")
        #expect(FailureReader.failure(status: 502, body: [1, 2], operation: "x").detail == "status 502")
    }

    @Test
    func logFramesAreReadHoweverTheyAreCut() throws {
        let stream: [UInt8] = [
            1, 0, 0, 0, 0, 0, 0, 3, 97, 98, 99, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 100,
        ]
        for size in 1...stream.count {
            var parser = LogFrameParser()
            var output: [UInt8] = []
            var errors: [UInt8] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                for frame in try parser.push(Array(stream[start..<min(start + size, stream.count)])) {
                    if frame.source == .error { errors += frame.bytes } else { output += frame.bytes }
                }
            }
            #expect(output == [97, 98, 99] && errors == [100] && !parser.isInside)
        }
    }

    @Test
    func malformedLogFramesAreRefused() {
        #expect(throws: LogFrameParser.Refusal.malformedHead) {
            var parser = LogFrameParser()
            _ = try parser.push([7, 0, 0, 0, 0, 0, 0, 1])
        }
        #expect(throws: LogFrameParser.Refusal.malformedHead) {
            var parser = LogFrameParser()
            _ = try parser.push(Array("plain text".utf8))
        }
        #expect(throws: LogFrameParser.Refusal.tooLarge) {
            var parser = LogFrameParser()
            _ = try parser.push([1, 0, 0, 0, 255, 0, 0, 0])
        }
    }

    @Test
    func objectsAreCutHoweverTheyArrive() throws {
        let objects = [#"{"a":"}\"{","b":[{}]}"#, "{}", #"{"c":1}"#]
        let stream = Array((objects[0] + objects[1] + "\r\n" + objects[2] + "\n").utf8)
        for size in 1...stream.count {
            var splitter = ObjectSplitter()
            var found: [String] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                found += try splitter.push(Array(stream[start..<min(start + size, stream.count)])).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            #expect(found == objects && !splitter.isInside)
        }
        #expect(throws: ObjectSplitter.Refusal.tooLarge) {
            var splitter = ObjectSplitter(limit: 10)
            _ = try splitter.push(Array(#"{"a":"bbbbbbbbbbbbb"#.utf8))
        }
        #expect(throws: ObjectSplitter.Refusal.notAnObject) {
            var splitter = ObjectSplitter()
            _ = try splitter.push(Array("<html>".utf8))
        }
    }

    @Test
    func theCreationBodySaysOnlyWhatWasAsked() throws {
        let plain = String(decoding: ContainerCreation(image: "a").node.encoded(), as: UTF8.self)
        #expect(plain == #"{"Image":"a","HostConfig":{"RestartPolicy":{"Name":"no"}}}"#)
        var creation = ContainerCreation(image: "a")
        creation.ports = [
            PublishedPort(containerPort: 80, hostIP: "::1", hostPort: 8080),
            PublishedPort(containerPort: 80, hostPort: 81), PublishedPort(containerPort: 53, transport: .udp),
        ]
        creation.mounts = [ContainerMount(kind: .tmpfs, target: "/t", sizeBytes: 5)]
        let node = creation.node
        #expect(node["ExposedPorts"]?.objectValue?.map(\.key) == ["80/tcp", "53/udp"])
        let bindings = node["HostConfig"]?["PortBindings"]
        #expect(bindings?.objectValue?.count == 1)
        #expect(bindings?["80/tcp"]?[0]?["HostIp"]?.stringValue == "::1")
        #expect(bindings?["80/tcp"]?[1]?["HostPort"]?.stringValue == "81")
        #expect(node["HostConfig"]?["Mounts"]?[0]?["TmpfsOptions"]?["SizeBytes"]?.intValue == 5)
    }

    @Test
    func credentialsAreEncodedAndNeverPrinted() {
        let credentials = RegistryCredentials(username: "u", password: Redacted("päß?>"), registry: "r:5000")
        #expect(
            credentials.headerValue
                == "eyJ1c2VybmFtZSI6InUiLCJwYXNzd29yZCI6InDDpMOfPz4iLCJzZXJ2ZXJhZGRyZXNzIjoicjo1MDAwIn0=")
        #expect(!"\(credentials)".contains("päß"))
        let token = RegistryCredentials(identityToken: Redacted("t"), registry: "r:5000")
        #expect(token.headerValue == "eyJpZGVudGl0eXRva2VuIjoidCIsInNlcnZlcmFkZHJlc3MiOiJyOjUwMDAifQ==")
    }

    @Test
    func endpointsAreRead() {
        #expect(DockerEndpoint("unix:///run/x.sock")?.socketPath == "/run/x.sock")
        #expect(DockerEndpoint("/run/x.sock")?.description == "unix:///run/x.sock")
        #expect(DockerEndpoint("tcp://10.0.0.1:2375")?.base == "http://10.0.0.1:2375")
        #expect(
            DockerEndpoint("tcp://h:2376", tls: HTTPClientTLS(authorityFile: "/ca"))?.base == "https://h:2376"
        )
        for text in ["", "unix://", "unix://x", "tcp://", "ssh://h", "tcp://u@h"] {
            #expect(DockerEndpoint(text) == nil)
        }
    }

    @Test
    func countersAreReadFromBothControlGroupVersions() throws {
        let first = try JSONNode.parse(
            Array(
                #"{"memory_stats":{"usage":100,"stats":{"total_inactive_file":30,"inactive_file":1}}}"#.utf8))
        #expect(ContainerStatistics(first).memoryBytes == 70)
        let second = try JSONNode.parse(
            Array(#"{"memory_stats":{"usage":100,"stats":{"inactive_file":200}},"networks":null}"#.utf8))
        #expect(ContainerStatistics(second).memoryBytes == 0)
        #expect(QueryText.encoded("a b/ü~") == "a%20b%2F%C3%BC~")
    }
}
