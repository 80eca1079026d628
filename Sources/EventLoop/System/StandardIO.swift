internal import Glibc

/// The standard streams of the process, without buffers.
public enum StandardIO {
    /// The streams every process has.
    public enum Channel: Int32, Sendable { case input = 0, output, error }

    /// Writes all bytes; false when the other side is gone.
    @discardableResult
    public static func write(_ bytes: [UInt8], to channel: Channel = .output) -> Bool {
        do {
            try FileIO.writeAll(channel.rawValue, bytes, "standard \(channel)")
            return true
        } catch {
            return false
        }
    }

    /// Writes a text as UTF-8; false when the other side is gone.
    @discardableResult
    public static func write(_ text: String, to channel: Channel = .output) -> Bool {
        write(Array(text.utf8), to: channel)
    }

    /// Whether a person is likely to be at the other end.
    public static func isTerminal(_ channel: Channel) -> Bool { isatty(channel.rawValue) == 1 }

    /// How many columns the terminal at the other end has; nil when there is none or it does not say.
    public static func columns(_ channel: Channel) -> Int? {
        var size = winsize()
        guard ioctl(channel.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
