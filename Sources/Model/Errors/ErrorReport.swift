/// An error that another error caused; its own description never repeats the cause.
public protocol CausedError: Error {
    /// The error below this one.
    var cause: (any Error)? { get }
}

/// Prints an error and everything that caused it, once.
public enum ErrorReport {
    /// `outer: inner: innermost`, at most eight links.
    public static func render(_ error: any Error) -> String {
        var parts: [String] = []
        var next: (any Error)? = error
        while let current = next, parts.count < 8 {
            parts.append("\(current)")
            next = (current as? any CausedError)?.cause
        }
        return parts.joined(separator: ": ")
    }
}
