import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// Large bodies through one tunnel, and many that nobody takes: what the daemons hold stays within bounds.
@Suite(.onLoop, .serialized) struct BulkTests {
    /// What either daemon may hold more while a large body passes than after a small one.
    private static let addedKilobytes = 4_096
    /// What either daemon may hold for 176 streams that nobody reads.
    private static let stalledKilobytes = 64 * 1_024

    /// Bytes of a tunnel at rest: a report, some pings.
    private static let restingBytes: Int64 = 65_536

    @Test(.timeLimit(.minutes(10))) @LoopActor func aLargeBodyEachWayTakesNoMemory() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        let server = try await Self.start(programs, tls: true)
        defer { server.end() }
        // What grows once has grown after a smaller one: the heap's own pages, and a stream's credit, which takes 8 MiB.
        let small = try await Self.pass(16 << 20, server, programs)
        let count = TestEnvironment.count(short: 64 << 20, long: 1 << 30)
        let large = try await Self.pass(count, server, programs)
        print("\(count >> 20) MiB each way: \(small), then \(large)")
        #expect(large.plane < small.plane + Self.addedKilobytes, "\(small), \(large)")
        #expect(large.agent < small.agent + Self.addedKilobytes, "\(small), \(large)")
    }

    @Test(.timeLimit(.minutes(5))) @LoopActor func manyStalledStreamsHoldLittleAndHinderNobody() async throws
    {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        let server = try await Self.start(programs, tls: false)
        defer { server.end() }
        let count = TestEnvironment.count(short: 24 << 20, long: 256 << 20)
        var before = LargestShares()
        let alone = EventLoop.now
        before = try await Self.pass(count, server, programs)
        let aloneMilliseconds = EventLoop.now.milliseconds(since: alone)

        var clients: [LoopStream] = []
        defer { for client in clients { client.close() } }
        for _ in 0..<128 { clients.append(try await Self.stalledDownload(programs)) }
        for _ in 0..<48 { clients.append(try await Self.endlessUpload(programs)) }
        // Whoever takes nothing for half a minute is cut, so they are counted at once.
        try await programs.eventually("all of them are open") {
            let node = try await programs.call(.get, "/api/v1/nodes/agent").1
            return node["tunnel"]?["streams"]?.intValue ?? 0 >= 128 + 48 + 1
        }
        // What the kernel takes for all of them passes first. Its buffers say of that only when a third of one is free.
        var carried: Int64 = 0
        var looks = 0
        try await programs.eventually("nothing moves any more", seconds: 120) {
            let tunnel = try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]
            let now = (tunnel?["received_bytes"]?.intValue ?? 0) + (tunnel?["sent_bytes"]?.intValue ?? 0)
            looks = now - carried < Self.restingBytes ? looks + 1 : 0
            if looks == 0 { carried = now }
            return looks >= 20
        }
        let beside = EventLoop.now
        let after = try await Self.pass(count, server, programs)
        let besideMilliseconds = EventLoop.now.milliseconds(since: beside)
        print(
            "\(count >> 20) MiB each way: \(before), \(aloneMilliseconds) ms; beside 176 stalled streams: "
                + "\(after), \(besideMilliseconds) ms")
        #expect(after.plane < before.plane + Self.stalledKilobytes, "\(before), \(after)")
        #expect(after.agent < before.agent + Self.stalledKilobytes, "\(before), \(after)")
    }

    /// Asks for more than anybody takes, and reads the beginning.
    @LoopActor private static func stalledDownload(_ programs: Programs) async throws -> LoopStream {
        let channel = try await connect(programs, "GET /relay/agent/-/\(1 << 40) HTTP/1.1\r\n")
        let head = String(decoding: try await channel.read() ?? [], as: UTF8.self)
        try #require(head.hasPrefix("HTTP/1.1 200 "), "\(head.prefix(300))")
        channel.stream.stopReading()
        return channel.stream
    }

    /// Sends to somebody who reads nothing, as much as is taken on the way.
    @LoopActor private static func endlessUpload(_ programs: Programs) async throws -> LoopStream {
        let channel = try await connect(
            programs, "PUT /relay/agent/-/stall HTTP/1.1\r\ncontent-length: \(1 << 40)\r\n")
        let upload = EndlessUpload()
        channel.stream.handler = upload
        upload.streamDrained(channel.stream)
        return channel.stream
    }

    @LoopActor private static func connect(_ programs: Programs, _ start: String) async throws -> ByteChannel
    {
        let token = try programs.secret("FLEDX_CP_OPERATOR_TOKENS")
        let socket = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: programs.port, timeoutMilliseconds: 10_000)
        let channel = ByteChannel(socket)
        try await channel.write("\(start)host: a\r\nauthorization: Bearer \(token)\r\n\r\n")
        return channel
    }

    /// Control plane and agent, and what the agent's route leads to.
    @LoopActor private static func start(_ programs: Programs, tls: Bool) async throws -> BodyServer {
        let server = try BodyServer()
        var settings = ["FLEDX_AGENT_TUNNEL_ROUTES": "/=127.0.0.1:\(server.port)"]
        if tls {
            let authority = programs.folder.path("cp.db.ca.pem")
            programs.speakTLS(authority: authority)
            settings["FLEDX_AGENT_CA_CERT_PATH"] = authority
        }
        try await programs.startControlPlane(arguments: tls ? ["--dev-tls"] : [])
        try programs.startAgent(settings)
        try await programs.eventually("the tunnel is up") {
            try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]?["connected"]?.boolValue == true
        }
        return server
    }

    /// Sends and fetches so many bytes at the same time, and looks at both daemons meanwhile.
    @LoopActor private static func pass(
        _ count: Int, _ server: BodyServer, _ programs: Programs
    ) async throws -> LargestShares {
        let path = programs.folder.path("body")
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: UInt64(count))
        let place = "\(programs.url)/relay/agent/-"
        async let fetched = programs.curl(
            ["--output", "/dev/null", "--write-out", "%{http_code} %{size_download}", "\(place)/\(count)"],
            seconds: 500)
        async let sent = programs.curl(["--upload-file", path, "\(place)/count"], seconds: 500)
        var shares = LargestShares()
        let looking = Task { @LoopActor in
            while !Task.isCancelled {
                try shares.look(programs)
                try await LoopActor.sleep(milliseconds: 50)
            }
        }
        let (download, upload) = try await (fetched, sent)
        looking.cancel()
        _ = await looking.result
        try shares.look(programs)
        #expect(download.output == "200 \(count)", "\(download)")
        #expect(upload.output == "\(count)", "\(upload)")
        return shares
    }
}

/// Sends one piece after the other, each when the kernel has taken the one before.
@LoopActor
private final class EndlessUpload: StreamHandler {
    private static let piece = [UInt8](repeating: 0x61, count: 1 << 18)

    func streamReceived(_ stream: LoopStream, _ bytes: UnsafeRawBufferPointer) {}

    func streamEnded(_ stream: LoopStream) {}

    func streamFailed(_ stream: LoopStream, _ failure: LoopFailure) {}

    func streamDrained(_ stream: LoopStream) {
        while stream.isOpen, stream.queuedBytes == 0 { stream.write(Self.piece) }
    }
}
