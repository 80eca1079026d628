import EventLoop
import Foundation
import Synchronization

/// A shell script that ends with the test process, however that ends: it reads commands from a pipe, and the kernel
/// closes the pipe with the process that holds its other end.
final class SupervisedShell: Sendable {
    private let commands: Mutex<FileHandle>

    /// Starts `sh` with the script's text and its arguments, in a session of its own.
    init(script: String, arguments: [String], log: String) throws {
        let pipe = Pipe()
        // Other children of the test process must not keep the pipe open.
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        shell.arguments = ["/bin/sh", "-c", script, "supervisor"] + arguments
        shell.environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        shell.standardInput = pipe.fileHandleForReading
        shell.standardOutput = FileHandle(forWritingAtPath: log)
        shell.standardError = FileHandle(forWritingAtPath: log)
        try Self.withSignalsUnblocked { try shell.run() }
        try? pipe.fileHandleForReading.close()
        commands = Mutex(pipe.fileHandleForWriting)
    }

    /// Sends a line.
    func command(_ line: String) throws {
        try commands.withLock { try $0.write(contentsOf: Data("\(line)\n".utf8)) }
    }

    /// Closes the pipe, which ends the script.
    func end() { commands.withLock { try? $0.close() } }

    /// A child inherits the blocked signals of the thread that starts it, and threads of loop and pool block nearly
    /// all: a shell that never hears of its children waits for ever, a container's init ignores its stop signal.
    private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
