internal import CUV
internal import Glibc

/// Gives every key of the terminal to the program, until it is given back.
public final class RawTerminal {
    private var former = termios()
    private var isRaw = false

    /// Changes the terminal of standard input; nil when there is none.
    public init?() {
        guard tcgetattr(0, &former) == 0 else { return nil }
        var raw = former
        cfmakeraw(&raw)
        guard tcsetattr(0, TCSADRAIN, &raw) == 0 else { return nil }
        isRaw = true
    }

    /// Gives it back as it was.
    public func restore() {
        guard isRaw else { return }
        isRaw = false
        tcsetattr(0, TCSADRAIN, &former)
    }

    deinit { restore() }
}
