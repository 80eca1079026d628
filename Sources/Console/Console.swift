import ArgumentParser
import EventLoop

/// The command line: parses, runs one command on the loop, and turns the outcome into an exit code.
///
/// Exit codes: 0 done, 1 the command failed or nobody could be asked, 2 the command line was wrong; `exec` ends with the
/// code of what it ran.
public enum Console {
    /// Runs the process's command line to its end.
    public static func run() -> Never {
        let arguments = Array(SystemInfo.arguments.dropFirst())
        do {
            let command = try Fledx.parseAsRoot(arguments)
            guard let command = command as? any ConsoleCommand else {
                try explain(command)
            }
            EventLoop.runMain { await execute(command) }
        } catch {
            finish(error, arguments)
        }
    }

    /// A command that only groups others: shows its help.
    private static func explain(_ command: any ParsableCommand) throws -> Never {
        var command = command
        try command.run()
        _ = StandardIO.write(type(of: command).helpMessage() + "\n", to: .error)
        EventLoop.exitNow(2)
    }

    /// Help and version end well on standard output; everything else is a wrong command line.
    private static func finish(_ error: any Error, _ arguments: [String]) -> Never {
        let isAnswer = Fledx.exitCode(for: error) == .success
        guard !isAnswer else {
            _ = StandardIO.write(Fledx.fullMessage(for: error) + "\n", to: .output)
            EventLoop.exitNow(0)
        }
        if let failure = Suggestion.unknownCommand(arguments) {
            Terminal().complain(failure)
        } else {
            let hint = Suggestion.hint(arguments).map { "Hint: \($0)\n" } ?? ""
            _ = StandardIO.write(Fledx.fullMessage(for: error) + "\n" + hint, to: .error)
        }
        EventLoop.exitNow(2)
    }

    @LoopActor private static func execute(_ command: any ConsoleCommand) async -> Int32 {
        let terminal = Terminal()
        do {
            return try await command.execute(try Session(command.global, terminal: terminal))
        } catch let failure as ConsoleFailure {
            terminal.complain(failure)
            return failure.exitCode
        } catch is CancellationError {
            return 1
        } catch {
            terminal.complain(ConsoleFailure(.failed, "\(error)"))
            return 1
        }
    }
}
