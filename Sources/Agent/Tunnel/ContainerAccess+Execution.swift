internal import DockerEngine
internal import EventLoop
internal import HTTP2
internal import JSON
internal import Model
internal import Tunnel

/// The first line of a request to run a command.
struct ExecutionOrder: Codable, Sendable {
    var command: [String]
    var tty: Bool?
    var stdin: Bool?
    var size: TerminalSize?
}

extension ContainerAccess {
    /// Runs a command: the rest of the request is its input, the answer its output in frames, a trailer its exit code.
    func execute(_ id: AssignmentID, _ stream: TunnelStream) async throws {
        try checkAllowed()
        let (order, rest) = try await order(of: stream)
        let container = try container(of: id)
        let command = AttachedCommand(
            order.command, hasTerminal: order.tty ?? false, takesInput: order.stdin ?? false, size: order.size
        )
        var created: String?
        defer { if let created { executions.remove(created) } }
        do {
            let execution = try await attach(command, container) { id in
                created = id
                executions.insert(id)
            }
            try await converse(execution, command, rest, stream)
        } catch {
            // Nobody is there any more: what runs inside shall not go on. The task is cancelled, its clean-up is not.
            if let created { _ = StreamTask.start { await self.end(created, in: container) } }
            throw error
        }
    }

    private func attach(
        _ command: AttachedCommand, _ container: String, created: @LoopActor (String) -> Void
    ) async throws -> AttachedExecution {
        do { return try await docker.attach(command, in: container, created: created) } catch let failure
            as DockerFailure
        {
            throw TunnelRefusal(failure)
        }
    }

    /// Gives a running command's terminal another size.
    func resize(_ execution: String, _ stream: TunnelStream) async throws {
        let body = try await stream.collect(limit: AgentLimits.executionLineBytes)
        guard executions.contains(execution), let size = try? JSONCoder.decode(TerminalSize.self, from: body),
            (1...10_000).contains(size.rows), (1...10_000).contains(size.columns)
        else { throw TunnelRefusal(404, "not_found", "there is no such command, or its size cannot be read") }
        do { try await docker.resize(execution, size) } catch let failure as DockerFailure {
            throw TunnelRefusal(failure)
        }
        stream.respond([HTTP2Field(":status", "204")], ends: true)
    }

    private func order(of stream: TunnelStream) async throws -> (ExecutionOrder, rest: [UInt8]) {
        var head: [UInt8] = []
        while let bytes = try await stream.next(deadlineMilliseconds: TunnelLimits.headMilliseconds) {
            head += bytes
            guard let end = head.firstIndex(of: 0x0A) else {
                guard head.count <= AgentLimits.executionLineBytes else { break }
                continue
            }
            guard let order = try? JSONCoder.decode(ExecutionOrder.self, from: Array(head[..<end])),
                order.command.first?.isEmpty == false
            else { break }
            return (order, Array(head[(end + 1)...]))
        }
        throw TunnelRefusal(400, "malformed", "the command cannot be read")
    }

    private func converse(
        _ execution: AttachedExecution, _ command: AttachedCommand, _ rest: [UInt8], _ stream: TunnelStream
    ) async throws {
        let channel = ByteChannel(execution.stream)
        defer { channel.close() }
        stream.respond([
            HTTP2Field(":status", "200"), HTTP2Field(TunnelProtocol.executionHeader, execution.id),
        ])
        try await withThrowingTaskGroup(of: Void.self) { group in
            if command.takesInput {
                group.addTask { try await self.feed(channel, rest, stream, hasTerminal: command.hasTerminal) }
            }
            defer { group.cancelAll() }
            try await self.show(execution, channel, stream, hasTerminal: command.hasTerminal)
        }
        let code = try await exitCode(of: execution.id)
        stream.finish(trailers: [HTTP2Field(TunnelProtocol.exitCodeHeader, "\(code)")])
    }

    private func feed(
        _ channel: ByteChannel, _ rest: [UInt8], _ stream: TunnelStream, hasTerminal: Bool
    ) async throws {
        if !rest.isEmpty {
            try await channel.write(rest, deadlineMilliseconds: TunnelLimits.idleMilliseconds)
        }
        while let bytes = try await stream.next() {
            try await channel.write(bytes, deadlineMilliseconds: TunnelLimits.idleMilliseconds)
        }
        channel.finish()
    }

    /// A terminal's output has no frames of its own.
    private func show(
        _ execution: AttachedExecution, _ channel: ByteChannel, _ stream: TunnelStream, hasTerminal: Bool
    ) async throws {
        var bytes: [UInt8]? = execution.received
        while let piece = bytes {
            if !piece.isEmpty {
                try await stream.write(hasTerminal ? StreamFrame(.output, piece).bytes : piece)
            }
            bytes = try await channel.read(deadlineMilliseconds: TunnelLimits.idleMilliseconds)
        }
    }

    /// The engine may need a moment to notice the end of a process whose output has ended.
    private func exitCode(of execution: String) async throws -> Int {
        for _ in 0..<AgentLimits.exitCodeLooks {
            let state = try await docker.state(of: execution)
            if !state.isRunning, let code = state.exitCode { return code }
            try await LoopActor.sleep(milliseconds: AgentLimits.exitCodePauseMilliseconds)
        }
        throw TunnelFailure(.broken, "the engine does not tell how the command ended")
    }

    /// The engine has no call to end a command, so its process is ended, once that is certainly the container's.
    private func end(_ execution: String, in container: String) async {
        // Whoever left while it was being started is there before its process.
        for _ in 0..<AgentLimits.exitCodeLooks {
            guard let state = try? await docker.state(of: execution), !state.isRunning,
                state.exitCode == nil
            else { break }
            try? await LoopActor.sleep(milliseconds: AgentLimits.exitCodePauseMilliseconds)
        }
        for force in [ProcessEnd.Force.hangUp, .kill] {
            guard let state = try? await docker.state(of: execution), state.isRunning,
                let details = try? await docker.inspectContainer(container), details.state.processID > 0,
                ProcessEnd.areTogether(state.processID, Int32(clamping: details.state.processID))
            else { return }
            ProcessEnd.signal(state.processID, force)
            try? await LoopActor.sleep(milliseconds: AgentLimits.executionEndMilliseconds)
        }
    }
}
