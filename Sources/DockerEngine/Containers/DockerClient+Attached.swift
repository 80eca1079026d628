public import EventLoop
internal import HTTPClient
internal import JSON
internal import Model

/// How a command is run inside a container while somebody is attached to it.
public struct AttachedCommand: Sendable, Equatable {
    /// Program and arguments.
    public var command: [String]
    /// Whether it gets a terminal; then its output has no frames.
    public var hasTerminal: Bool
    /// Whether it gets an input.
    public var takesInput: Bool
    /// Rows and columns of its terminal.
    public var size: TerminalSize?

    /// States a command.
    public init(
        _ command: [String], hasTerminal: Bool = false, takesInput: Bool = false, size: TerminalSize? = nil
    ) {
        self.command = command
        self.hasTerminal = hasTerminal
        self.takesInput = takesInput
        self.size = size
    }
}

/// Rows and columns of a terminal.
public struct TerminalSize: Codable, Hashable, Sendable {
    /// Lines.
    public var rows: Int
    /// Characters in a line.
    public var columns: Int

    /// States a size.
    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }
}

/// A command that runs inside a container, and the raw connection to it.
public struct AttachedExecution: Sendable {
    /// Docker's name for it.
    public let id: String
    /// Its input and output; it has no handler and does not read yet.
    public let stream: LoopStream
    /// What came with the head already.
    public let received: [UInt8]
}

/// How a command inside a container does.
public struct ExecutionState: Sendable, Equatable {
    /// Whether it still runs.
    public let isRunning: Bool
    /// How it ended.
    public let exitCode: Int?
    /// The number of its process as the engine's machine counts.
    public let processID: Int32
}

extension DockerClient {
    /// Starts a command in a running container and takes its connection over; `conflict` when the container does not run.
    ///
    /// - Parameters:
    ///   - command: The command.
    ///   - id: The container.
    ///   - created: Hears the command's name before it is started: whoever gives up meanwhile has to end it.
    /// - Returns: The command and its connection.
    /// - Throws: `DockerFailure`, or `CancellationError`.
    public func attach(
        _ command: AttachedCommand, in id: String, created: @LoopActor (String) -> Void = { _ in }
    ) async throws -> AttachedExecution {
        let operation = "execute in container"
        var creation = Call(operation)
        var members: [JSONMember] = [
            JSONMember(key: "AttachStdin", value: .bool(command.takesInput)),
            JSONMember(key: "AttachStdout", value: .bool(true)),
            JSONMember(key: "AttachStderr", value: .bool(true)),
            JSONMember(key: "Tty", value: .bool(command.hasTerminal)),
            JSONMember(key: "Cmd", value: .array(command.command.map { .string($0) })),
        ]
        if command.hasTerminal {
            members.append(JSONMember(key: "Env", value: .array([.string("TERM=xterm")])))
        }
        creation.body = .object(members)
        let answer = try await call(.post, Self.path("containers", id, "exec"), creation)
        let execution = try Self.parsed(answer, operation).text("Id")
        guard !execution.isEmpty else {
            throw DockerFailure(.badAnswer, operation: operation, detail: "no id in the answer")
        }
        created(execution)
        let start: JSONNode = .object(["Detach": .bool(false), "Tty": .bool(command.hasTerminal)])
        let (stream, received) = try await hijack(Self.path("exec", execution, "start"), start, operation)
        if command.hasTerminal, let size = command.size {
            // A size that comes too early or too late is no reason to end what runs already.
            do { try await resize(execution, size) } catch let failure as DockerFailure
                where failure.kind != .unreachable
            {}
        }
        return AttachedExecution(id: execution, stream: stream, received: received)
    }

    /// Gives a command's terminal another size.
    public func resize(_ execution: String, _ size: TerminalSize) async throws {
        var call = Call("resize terminal")
        call.query.add("h", String(size.rows))
        call.query.add("w", String(size.columns))
        _ = try await self.call(.post, Self.path("exec", execution, "resize"), call)
    }

    /// Tells how a command does.
    public func state(of execution: String) async throws -> ExecutionState {
        let operation = "inspect execution"
        let node = try Self.parsed(
            try await call(.get, Self.path("exec", execution, "json"), Call(operation)), operation)
        return ExecutionState(
            isRunning: node.flag("Running"), exitCode: node["ExitCode"]?.intValue.map { Int($0) },
            processID: Int32(clamping: node.integer("Pid")))
    }

    /// Asks for a raw connection: what follows the answer's head is the command's own.
    private func hijack(_ path: String, _ body: JSONNode, _ operation: String) async throws -> (
        LoopStream, [UInt8]
    ) {
        if version == nil { try await greet() }
        do {
            let stream = try await connect(operation)
            let head = HTTPRequestHead(
                method: .post, target: "/v\(version.map { "\($0)" } ?? "")\(path)",
                headers: ["host": "docker", "upgrade": "tcp", "content-type": "application/json"])
            let answer = try await UpgradeExchange.perform(
                on: stream, head, body: body.encoded(),
                deadlineMilliseconds: DockerLimits.streamHeadMilliseconds)
            guard answer.isSwitched else {
                throw FailureReader.failure(
                    status: answer.status.code, body: answer.body, operation: operation)
            }
            return (stream, answer.received)
        } catch { throw noted(error, operation) }
    }

    private func connect(_ operation: String) async throws -> LoopStream {
        let patience = DockerLimits.connectMilliseconds
        if let path = endpoint.socketPath {
            return try await LoopStream.connectUnix(path: path, timeoutMilliseconds: patience)
        }
        guard endpoint.base.hasPrefix("http://"), let (host, port) = endpoint.address else {
            throw DockerFailure(
                .refused(status: 0), operation: operation,
                detail: "commands with a raw connection need unix:// or tcp:// without TLS, not \(endpoint)")
        }
        return try await LoopStream.connectTCP(host: host, port: port, timeoutMilliseconds: patience)
    }
}

extension DockerEndpoint {
    /// Host and port of a plain TCP endpoint.
    var address: (host: String, port: UInt16)? {
        let authority = base.drop { $0 != "/" }.drop { $0 == "/" }
        guard let colon = authority.lastIndex(of: ":"),
            let port = UInt16(authority[authority.index(after: colon)...])
        else { return authority.isEmpty ? nil : (String(authority), 2375) }
        var host = authority[..<colon]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        return (String(host), port)
    }
}
