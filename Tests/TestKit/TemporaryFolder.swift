import EventLoop
import Foundation
import Synchronization

/// A folder of its own for a test, removed with its content when the value goes away.
public final class TemporaryFolder: Sendable {
    /// The folder's path; short enough for a Unix socket inside.
    public let path: String

    private static let number = Atomic<Int>(0)

    /// Makes the folder.
    public init() throws {
        let number = Self.number.add(1, ordering: .relaxed).newValue
        path = "\(NSTemporaryDirectory())fledx-\(SystemInfo.processID)-\(number)"
        try? FileManager.default.removeItem(atPath: path)
        try FileIO.makeFolders(path, mode: 0o700)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something inside.
    public func path(_ name: String) -> String { "\(path)/\(name)" }
}
