internal import CUV
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

    /// Reads one line of standard input without its end; nil when there is none or it is longer than allowed.
    ///
    /// It blocks. Without echo nothing that is typed shows on the terminal.
    public static func readLine(limitBytes: Int, echoes: Bool = true) -> String? {
        var former = termios()
        let hides = !echoes && tcgetattr(0, &former) == 0
        if hides {
            var silent = former
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(0, TCSAFLUSH, &silent)
        }
        defer {
            if hides {
                tcsetattr(0, TCSAFLUSH, &former)
                write("\n", to: .error)
            }
        }
        return readBytes(limitBytes).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func readBytes(_ limitBytes: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count <= limitBytes {
            guard read(0, &byte, 1) == 1 else { return bytes.isEmpty ? nil : bytes }
            if byte == UInt8(ascii: "\n") { return bytes }
            bytes.append(byte)
        }
        return nil
    }

    /// Reads what standard input has next; nil at its end.
    ///
    /// It blocks, so it is for the worker pool.
    public static func next(limitBytes: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limitBytes)
        let count = bytes.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        bytes.removeLast(limitBytes - count)
        return bytes
    }

    /// Whether a person is likely to be at the other end.
    public static func isTerminal(_ channel: Channel) -> Bool { isatty(channel.rawValue) == 1 }

    /// The rows and columns of the terminal at the other end; nil when there is none.
    public static func size(_ channel: Channel) -> (rows: Int, columns: Int)? {
        var size = winsize()
        guard ioctl(channel.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return nil
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// How many columns the terminal at the other end has; nil when there is none or it does not say.
    public static func columns(_ channel: Channel) -> Int? {
        var size = winsize()
        guard ioctl(channel.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
