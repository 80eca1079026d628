import EventLoop

/// Where a command writes.
struct Terminal: Sendable {
    /// Writes to standard output; a reader that went away ends the program quietly.
    func write(_ text: String) {
        if !StandardIO.write(text, to: .output) { EventLoop.exitNow(0) }
    }

    /// Writes a failure to standard error.
    func complain(_ failure: ConsoleFailure) { _ = StandardIO.write(failure.text, to: .error) }

    /// Writes a remark to standard error.
    func remark(_ text: String) { _ = StandardIO.write(text + "\n", to: .error) }
}
