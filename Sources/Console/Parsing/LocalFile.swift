import EventLoop

/// Files that a command reads; `-` is standard input.
enum LocalFile {
    static func read(_ path: String, limitBytes: Int = ConsoleLimits.documentBytes) throws -> [UInt8] {
        do {
            return try FileIO.read(path == "-" ? "/dev/stdin" : path, limitBytes: limitBytes)
        } catch {
            let name = path == "-" ? "standard input" : "'\(path)'"
            throw ConsoleFailure(.usage, "\(name) cannot be read: \(error)")
        }
    }
}
