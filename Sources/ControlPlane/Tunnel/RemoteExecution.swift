import EventLoop
import HTTP2
import JSON
import Model
import Tunnel

/// The first line of a request to run a command.
struct ExecutionOrder: Codable, Sendable {
    var command: [String]
    var tty: Bool
    var stdin: Bool
}

/// What became of a command.
struct ExecutionOutcome: Codable, Sendable {
    var exitCode: Int
    var stdout: String
    var stderr: String
    var truncated: Bool

    enum CodingKeys: String, CodingKey {
        case exitCode = "exit_code"
        case stdout, stderr, truncated
    }
}

/// A command that runs in a container for a client.
@LoopActor
final class RemoteExecution {
    private let tunnel: NodeTunnel
    private let assignment: AssignmentID
    private let order: ExecutionOrder
    private let caller: OperatorStreams.Caller
    private var opened: OpenStream?
    private var id = ""

    init(
        _ tunnel: NodeTunnel, _ assignment: AssignmentID, _ order: ExecutionOrder,
        for caller: OperatorStreams.Caller
    ) {
        self.caller = caller
        self.tunnel = tunnel
        self.assignment = assignment
        self.order = order
    }

    /// Starts it; what the agent refuses is thrown.
    func start() async throws {
        let path = "\(TunnelProtocol.containersPath)\(assignment)/exec"
        let opened = caller.take(try tunnel.open("POST", path, ends: false))
        self.opened = opened
        try await opened.stream.write(try JSONCoder.encode(order) + [0x0A])
        if !order.stdin { opened.stream.finish() }
        id = try await opened.expectOK()[TunnelProtocol.executionHeader] ?? ""
    }

    /// Waits for its end and gives what it wrote, cut where it is too much.
    func collect() async throws -> ExecutionOutcome {
        guard let opened else { throw TunnelFailure(.broken, "the command was not started") }
        var parser = StreamFrameParser()
        var texts: [StreamFrame.Kind: [UInt8]] = [:]
        var isCut = false
        while let bytes = try await opened.stream.next() {
            for frame in try parser.push(bytes) {
                let room = ControlPlaneLimits.execOutputBytes - (texts[frame.kind]?.count ?? 0)
                if frame.payload.count > room { isCut = true }
                texts[frame.kind, default: []] += frame.payload.prefix(max(0, room))
            }
        }
        func text(_ kind: StreamFrame.Kind) -> String { String(decoding: texts[kind] ?? [], as: UTF8.self) }
        return ExecutionOutcome(
            exitCode: try exitCode(opened.stream), stdout: text(.output), stderr: text(.error),
            truncated: isCut)
    }

    /// Joins a client's connection with the command: frames both ways, the last one tells how it ended.
    func converse(_ client: LoopStream, _ received: [UInt8]) {
        client.setNoDelay(true)
        client.setKeepalive()
        let channel = ByteChannel(client, received: received)
        _ = StreamTask.start {
            do {
                try await self.converse(channel)
                self.opened?.leave()
            } catch {
                let words = (error as? TunnelFailure)?.detail ?? "\(error)"
                let result: JSONNode = .object(["error": .string(words)])
                channel.stream.write(StreamFrame(.result, result.encoded()).bytes)
            }
            self.opened = nil
            channel.stream.shutdownWriting()
            // What is still on its way to the client shall arrive.
            _ = try? await channel.read(deadlineMilliseconds: TunnelLimits.farewellMilliseconds)
            channel.close()
        }
    }

    private func converse(_ channel: ByteChannel) async throws {
        guard let stream = opened?.stream else { return }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.toCommand(channel, stream)
                return false
            }
            group.addTask {
                try await self.watch(channel)
                return false
            }
            group.addTask {
                while let bytes = try await stream.next() {
                    try await channel.write(bytes, deadlineMilliseconds: TunnelLimits.idleMilliseconds)
                }
                return true
            }
            defer { group.cancelAll() }
            while let isOver = try await group.next(), !isOver {}
        }
        let code = try exitCode(stream)
        try await channel.write(StreamFrame(.result, Array("{\"exit_code\":\(code)}".utf8)).bytes)
    }

    private func toCommand(_ channel: ByteChannel, _ stream: TunnelStream) async throws {
        var parser = StreamFrameParser()
        while let bytes = try await channel.read(deadlineMilliseconds: TunnelLimits.idleMilliseconds) {
            for frame in try parser.push(bytes) {
                switch frame.kind {
                case .input: try await stream.write(frame.payload)
                case .inputEnd: stream.finish()
                case .size: try await resize(frame.payload)
                case .output, .error, .result: throw TunnelFailure(.broken, "a client sends no output")
                }
            }
        }
        throw Self.left
    }

    /// Throws when the client has left, also while the command reads nothing of what came.
    ///
    /// The end of a client is behind its bytes, and nobody sees it while these wait. So a frame without content is sent
    /// now and then: the machine of a client that is gone resets the connection for it.
    private func watch(_ channel: ByteChannel) async throws {
        while try await !channel.hasEnded(withinMilliseconds: ControlPlaneLimits.execLookMilliseconds) {
            if !channel.stream.isReading { channel.stream.write(StreamFrame(.output, []).bytes) }
        }
        throw Self.left
    }

    private nonisolated static let left = TunnelFailure(.closed, "the client has left")

    /// A size that does not arrive spoils a picture, nothing else.
    private func resize(_ size: [UInt8]) async throws {
        let path = "\(TunnelProtocol.executionsPath)\(id)/size"
        let opened = caller.take(try tunnel.open("PUT", path, ends: false))
        try await opened.stream.write(size)
        opened.stream.finish()
        _ = try await opened.stream.response()
    }

    private func exitCode(_ stream: TunnelStream) throws -> Int {
        guard let code = stream.trailers[TunnelProtocol.exitCodeHeader].flatMap({ Int($0) }) else {
            throw TunnelFailure(.broken, "the node does not tell how the command ended")
        }
        return code
    }
}
