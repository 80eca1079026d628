import EventLoop

/// Where a command writes.
struct Terminal: Sendable {
    /// The narrowest screen that tables are fitted to.
    static let fewestColumns = 40

    /// How wide tables may be; nil when nobody but a program reads them, which gets everything.
    let columns: Int?

    init() {
        columns = Self.columns(
            isTerminal: StandardIO.isTerminal(.output), wish: SystemInfo.environment["COLUMNS"],
            device: StandardIO.columns(.output))
    }

    /// Writes to standard output; a reader that went away ends the program quietly.
    func write(_ text: String) {
        if !StandardIO.write(text, to: .output) { EventLoop.exitNow(0) }
    }

    /// Writes a failure to standard error.
    func complain(_ failure: ConsoleFailure) { _ = StandardIO.write(failure.text, to: .error) }

    /// Writes a remark to standard error.
    func remark(_ text: String) { _ = StandardIO.write(text + "\n", to: .error) }

    /// The width of a screen: what `COLUMNS` wishes, else what the device says.
    static func columns(isTerminal: Bool, wish: String?, device: Int?) -> Int? {
        guard isTerminal else { return nil }
        let wished = wish.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        return (wished ?? device).map { max($0, fewestColumns) }
    }
}
