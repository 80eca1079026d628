internal import EventLoop
internal import HTTPClient
internal import JSON
internal import Model

/// How a command inside a container ended.
public struct ExecutionResult: Sendable, Equatable {
    /// Its exit code.
    public let exitCode: Int
    /// What it wrote to both outputs, cut at `DockerLimits.executionBytes`.
    public let output: [UInt8]
}

extension DockerClient {
    /// Runs a command in a running container and waits for its end; `conflict` when the container does not run.
    ///
    /// A command that takes longer is a `timeout`: it goes on inside, the engine has no way to end it. `named` hears
    /// the execution's id before the command begins, for `isExecuting`.
    public func execute(
        _ command: [String], in id: String, milliseconds: Int64,
        named: @LoopActor (String) -> Void = { _ in }
    ) async throws -> ExecutionResult {
        let operation = "execute in container"
        let started = EventLoop.now
        var creation = Call(operation, milliseconds: milliseconds)
        creation.body = .object([
            "AttachStdout": .bool(true), "AttachStderr": .bool(true),
            "Cmd": .array(command.map { .string($0) }),
        ])
        let created = try await call(.post, Self.path("containers", id, "exec"), creation)
        let execution = try Self.parsed(created, operation).text("Id")
        guard !execution.isEmpty else {
            throw DockerFailure(.badAnswer, operation: operation, detail: "no id in the answer")
        }
        named(execution)
        var start = Call(
            operation, milliseconds: max(1, milliseconds - EventLoop.now.milliseconds(since: started)))
        start.body = .object(["Detach": .bool(false), "Tty": .bool(false)])
        let body = try await open(.post, Self.path("exec", execution, "start"), start)
        let output = try await collect(
            LogStream(client: self, body: body, hasFrames: true, operation: operation))
        let inspected = try await call(.get, Self.path("exec", execution, "json"), Call(operation))
        guard let code = try Self.parsed(inspected, operation)["ExitCode"]?.intValue else {
            throw DockerFailure(.badAnswer, operation: operation, detail: "no exit code after the end")
        }
        return ExecutionResult(exitCode: Int(code), output: output)
    }

    /// Whether a command that was begun has not ended; one that the engine has forgotten has.
    public func isExecuting(_ execution: String) async throws -> Bool {
        let operation = "inspect execution"
        do {
            let answer = try await call(.get, Self.path("exec", execution, "json"), Call(operation))
            return try Self.parsed(answer, operation).flag("Running")
        } catch let failure as DockerFailure where failure.kind == .notFound {
            return false
        }
    }

    private func collect(_ stream: LogStream) async throws -> [UInt8] {
        var output: [UInt8] = []
        while let frames = try await stream.next() {
            for frame in frames { output += frame.bytes.prefix(DockerLimits.executionBytes - output.count) }
        }
        return output
    }
}
