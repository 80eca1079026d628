import EventLoop
import JSON
import Model
import Tunnel

/// Joins the process's standard streams with a command in a container.
@LoopActor
final class ExecutionConversation {
    private let channel: ByteChannel
    private let takesInput: Bool
    private let hasTerminal: Bool
    private var raw: RawTerminal?

    init(_ channel: ByteChannel, takesInput: Bool, hasTerminal: Bool) {
        self.channel = channel
        self.takesInput = takesInput
        self.hasTerminal = hasTerminal
    }

    /// Runs to the command's end; its exit code.
    func run() async throws -> Int32 {
        let resized = SignalWatcher()
        defer {
            raw?.restore()
            resized.close()
            channel.close()
        }
        if hasTerminal {
            raw = takesInput ? RawTerminal() : nil
            sendSize()
            try resized.start(.windowChange) { self.sendSize() }
        }
        if takesInput {
            _ = StreamTask.start { await self.feed() }
        } else {
            channel.stream.write(StreamFrame(.inputEnd, []).bytes)
        }
        return try await show()
    }

    private func sendSize() {
        guard let size = StandardIO.size(.output) else { return }
        let text = "{\"rows\":\(size.rows),\"columns\":\(size.columns)}"
        channel.stream.write(StreamFrame(.size, Array(text.utf8)).bytes)
    }

    private func feed() async {
        do {
            while let bytes = try await BlockingPool.run({
                StandardIO.next(limitBytes: ConsoleLimits.inputBytes)
            }) {
                try await channel.write(
                    StreamFrame(.input, bytes).bytes, deadlineMilliseconds: ConsoleLimits.idleMilliseconds)
            }
            channel.stream.write(StreamFrame(.inputEnd, []).bytes)
        } catch {
            // The command's end, or that of the connection, is told by whoever reads from it.
            return
        }
    }

    private func show() async throws -> Int32 {
        var parser = StreamFrameParser()
        while let bytes = try await channel.read(deadlineMilliseconds: ConsoleLimits.idleMilliseconds) {
            for frame in try parser.push(bytes) {
                switch frame.kind {
                case .output: StandardIO.write(frame.payload, to: .output)
                case .error: StandardIO.write(frame.payload, to: .error)
                case .result: return try Self.code(frame.payload)
                case .input, .size, .inputEnd: break
                }
            }
        }
        throw ConsoleFailure(.failed, "the connection ended before the command did")
    }

    private static func code(_ result: [UInt8]) throws -> Int32 {
        let result = try JSONNode.parse(result)
        if let code = result["exit_code"]?.intValue { return Int32(clamping: code) }
        throw ConsoleFailure(
            .failed, "the command broke off: \(result["error"]?.stringValue ?? "no reason was told")")
    }
}
