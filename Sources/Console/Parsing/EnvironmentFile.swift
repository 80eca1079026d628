import EventLoop

/// A file of `KEY=value` lines, as docker reads them: `#` starts a comment, quotes are part of the value.
enum EnvironmentFile {
    /// The largest file that is read, in bytes.
    static let largestBytes = 1_048_576

    static func read(_ path: String) throws -> [String: String] {
        let bytes: [UInt8]
        do {
            bytes = try FileIO.read(path, limitBytes: largestBytes)
        } catch {
            throw ConsoleFailure(.usage, "--env-file '\(path)' cannot be read: \(error)")
        }
        return try pairs(String(decoding: bytes, as: UTF8.self), path: path)
    }

    static func pairs(_ text: String, path: String) throws -> [String: String] {
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0 == " " || $0 == "\t" })
        }
        return try PairArgument.map(
            lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }, flag: "--env-file \(path):")
    }
}
