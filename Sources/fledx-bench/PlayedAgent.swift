import EventLoop
import HTTP2
import HTTPClient
import JSON
import Model
import TLS
import Tunnel

/// One agent of a fleet: its tunnel is a real one, its containers are what it says they are.
///
/// It reconnects as an agent does, takes every document, and reports its replicas as running.
@LoopActor
final class PlayedAgent {
    /// Where the control plane is, and how it is trusted.
    struct Target {
        let host: String
        let port: UInt16
        let tls: TLSContext?
    }

    /// Whether the control plane has acknowledged a report in the tunnel that is open now.
    private(set) var isBack = false
    private let target: Target
    private let nodeID: String
    private let token: String
    private let boot: BootID
    private var ids = SystemIDSource()
    private var pause = ReconnectPause()
    private var resumption: TLSSession?
    private var session: UInt64 = 0
    private var sequence: UInt64 = 0
    private var document: DesiredStateDocument?
    private var asked: Int64?

    init(_ target: Target, nodeID: String, token: String) {
        self.target = target
        self.nodeID = nodeID
        self.token = token
        boot = BootID(ids.nextUUID())
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while true {
            let started = EventLoop.now
            asked = nil
            do {
                let (stream, received) = try await dial()
                try await serve(stream, received)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // What went wrong is what the fleet's count shows: it comes again, as an agent does.
            }
            isBack = false
            let lasted = EventLoop.now.milliseconds(since: started)
            let wait = pause.next(lasted: lasted, asked: asked, random: ids.nextRandom())
            try await LoopActor.sleep(milliseconds: wait)
        }
    }

    private func dial() async throws -> (LoopStream, [UInt8]) {
        let stream = try await LoopStream.connectTCP(
            host: target.host, port: target.port, timeoutMilliseconds: 10_000)
        do {
            if let tls = target.tls {
                resumption = try tls.secure(stream, host: target.host, resuming: resumption?.resumption)
            }
            session += 1
            let head = HTTPRequestHead(
                method: .get, target: TunnelProtocol.path,
                headers: HTTPHeaders([
                    ("host", target.host), ("upgrade", TunnelProtocol.name),
                    (TunnelProtocol.nodeHeader, nodeID), ("x-fledx-tunnel-token", "Bearer \(token)"),
                    (TunnelProtocol.versionHeader, Version.current), (TunnelProtocol.bootHeader, "\(boot)"),
                    (TunnelProtocol.sessionHeader, "\(session)"),
                ]))
            let answer = try await UpgradeExchange.perform(on: stream, head, deadlineMilliseconds: 10_000)
            guard answer.isSwitched else {
                asked = answer.headers["retry-after"].flatMap { Int64($0) }.map { $0 * 1_000 }
                throw BenchFailure(detail: "no tunnel: \(answer.status.code)")
            }
            return (stream, answer.received)
        } catch {
            stream.close()
            throw error
        }
    }

    private func serve(_ stream: LoopStream, _ received: [UInt8]) async throws {
        let connection = TunnelConnection(stream, .server, limits: .small)
        let ended = OneShot<TunnelFailure>()
        connection.onClosed = { ended.succeed($0) }
        connection.onRequest = { [unowned self, unowned connection] stream in
            StreamTask.serve(stream) { [self, unowned connection] in
                switch stream.request[":path"] {
                case TunnelProtocol.sessionPath: try await converse(stream, connection)
                case TunnelProtocol.documentPath: try await take(stream)
                default: stream.reset(.refused)
                }
            }
        }
        connection.start(received: received)
        _ = try await ended.wait()
    }

    private var control: TunnelStream?

    private func converse(_ stream: TunnelStream, _ connection: TunnelConnection) async throws {
        control = stream
        stream.respond([HTTP2Field(":status", "200")])
        let mark = document.map { DocumentMark(epoch: $0.epoch, headRevision: $0.revision) }
        let hello = AgentGreeting(agentVersion: Version.current, capabilities: [], applied: mark)
        try stream.writeNow(ControlLine("hello", try JSONCoder.encode(hello)).bytes)
        var splitter = LineSplitter()
        let timer = LoopTimer()
        defer {
            timer.close()
            control = nil
        }
        while let bytes = try await stream.next() {
            for line in try splitter.push(bytes).compactMap({ ControlLine(line: $0) }) {
                switch line.word {
                case "hello":
                    let greeting = try JSONCoder.decode(PlaneGreeting.self, from: line.body)
                    let interval = max(1, greeting.heartbeatIntervalSecs) * 1_000
                    connection.keepAlive(
                        intervalMilliseconds: interval,
                        timeoutMilliseconds: max(1, greeting.heartbeatTimeoutSecs) * 1_000)
                    timer.start(afterMilliseconds: interval, repeatMilliseconds: interval) { [weak self] in
                        self?.report()
                    }
                    report()
                case "heartbeat_ack": isBack = true
                case "reconnect":
                    asked = try JSONCoder.decode(ReconnectOrder.self, from: line.body).afterMilliseconds
                default: break
                }
            }
        }
    }

    private func take(_ stream: TunnelStream) async throws {
        let body = try await stream.collect(limit: TunnelLimits.documentBytes)
        document = try JSONCoder.decode(DesiredStateDocument.self, from: body)
        stream.respond([HTTP2Field(":status", "200")], ends: true)
        report()
    }

    private func report() {
        guard let control else { return }
        sequence += 1
        let now = SystemTimeSource().now().wall
        let report = NodeReport(
            bootID: boot, sequence: sequence, timestamp: now,
            inventory: Inventory(
                arch: "x86_64", os: "linux", capacity: Capacity(cpuMillis: 4_000, memoryBytes: 8 << 30)),
            applied: document.map { NodeReport.Applied(epoch: $0.epoch, revision: $0.revision) },
            containers: (document?.deployments ?? []).map { replica in
                InstanceReport(
                    assignmentID: replica.assignmentID, deploymentID: replica.deploymentID,
                    replicaNumber: replica.replicaNumber, generation: replica.generation,
                    containerID: "\(replica.assignmentID)", state: .running, lastUpdated: now)
            })
        // A tunnel that has ended meanwhile is told of by its end.
        _ = try? control.writeNow(ControlLine("heartbeat", NodeReportCodec.encode(report)).bytes)
    }
}
