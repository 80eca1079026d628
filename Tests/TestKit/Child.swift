import Dispatch
import EventLoop
import Foundation
import Synchronization

/// A program started by a test; it is killed when nobody stops it.
///
/// The calls block: suites that use it carry `.mayBlock`.
public final class Child: Sendable {
    /// How a program ended and what it wrote.
    public struct Result: Sendable {
        /// The exit code; for a signal, its negative number.
        public let code: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let errors: String
    }

    /// Why a program did not get that far.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    private let process = Mutex(Process())
    private let output = Pipe()
    private let errors = Pipe()
    private let outputText = Mutex(Data())
    private let errorText = Mutex(Data())
    private let readers = DispatchGroup()
    private let ended = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Int32?>(nil)

    /// The process number.
    public let processID: Int32

    /// Starts a program with exactly this environment; nil means the test's own.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil,
        folder: String? = nil
    ) throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = arguments
        if let environment { child.environment = environment }
        if let folder { child.currentDirectoryURL = URL(fileURLWithPath: folder) }
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = output
        child.standardError = errors
        let ended = ended
        child.terminationHandler = { _ in ended.signal() }
        try child.run()
        processID = child.processIdentifier
        process.withLock { $0 = child }
        collect(output) { chunk in self.outputText.withLock { $0.append(chunk) } }
        collect(errors) { chunk in self.errorText.withLock { $0.append(chunk) } }
    }

    deinit { if outcome.withLock({ $0 == nil }) { kill(processID, SIGKILL) } }

    /// What it wrote to standard output so far.
    public var outputSoFar: String { outputText.withLock { String(decoding: $0, as: UTF8.self) } }

    /// What it wrote to standard error so far.
    public var errorsSoFar: String { errorText.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Whether the program has ended.
    public var hasEnded: Bool {
        guard ended.wait(timeout: .now()) == .success else { return false }
        ended.signal()
        return true
    }

    /// Sends a signal, SIGTERM by default.
    public func signal(_ number: Int32 = 15) { kill(processID, number) }

    /// Blocks until the program has ended; kills it and throws when that takes longer.
    public func wait(seconds: Double = 30) throws -> Result {
        guard ended.wait(timeout: .now() + seconds) == .success else {
            kill(processID, SIGKILL)
            _ = ended.wait(timeout: .now() + 5)
            outcome.withLock { $0 = -SIGKILL }
            throw Failure(
                description: "\(processID) did not end in \(seconds) s; errors: \(errorsSoFar.suffix(2000))")
        }
        ended.signal()
        _ = readers.wait(timeout: .now() + 5)
        let code = process.withLock { child in
            child.terminationReason == .exit ? child.terminationStatus : -child.terminationStatus
        }
        outcome.withLock { $0 = code }
        return Result(code: code, output: outputSoFar, errors: errorsSoFar)
    }

    /// Runs a program to its end.
    public static func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil,
        seconds: Double = 30
    ) throws -> Result {
        try Child(program, arguments, environment: environment).wait(seconds: seconds)
    }

    /// The path of a program this package builds, beside the test program.
    public static func built(_ name: String) -> String {
        Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }.map {
            URL(fileURLWithPath: $0.bundlePath).deletingLastPathComponent().appendingPathComponent(name).path
        }
            ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    private func collect(_ pipe: Pipe, _ append: @escaping @Sendable (Data) -> Void) {
        let readers = readers
        let handle = pipe.fileHandleForReading
        DispatchQueue.global().async(group: readers) {
            // `read(upToCount:)` would wait until so much has come, and what is written so far would not be seen.
            while case let chunk = handle.availableData, !chunk.isEmpty { append(chunk) }
            // Foundation keeps the pipes of processes that ended, and breaks down when too many files are open.
            try? handle.close()
        }
    }
}
