import EventLoop
import Foundation
import HTTPClient
import TestKit
import Testing

/// A connection that libcurl opens and the loop takes over is watched by the loop alone.
@Suite(.onLoop, .serialized) struct ConnectOnlyTests {
    @Test @LoopActor func theLoopIsNotWokenForASocketThatNobodyWatches() async throws {
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { _ in }
        defer { listener.close() }
        let client = HTTPClient()
        defer { client.close() }
        let stream = try await client.connect(
            host: "127.0.0.1", port: listener.port, proxy: nil, timeoutMilliseconds: 5000)
        defer { stream.close() }
        // What a transfer leaves behind is cleared away in the next turns of the loop.
        for _ in 0..<5 { try await LoopActor.sleep(milliseconds: 1) }
        #expect(try Self.watchedAndClosed() == [])
        // At rest the loop waits: a watch left behind wakes it thousands of times a second.
        let before = try Self.processorNanoseconds()
        try await LoopActor.sleep(milliseconds: 300)
        #expect(try Self.processorNanoseconds() - before < 100_000_000)
    }

    /// Descriptors that the kernel watches for this process although they are closed, or stand for something else now.
    private static func watchedAndClosed() throws -> [Int] {
        let files = FileManager.default
        var stale: [Int] = []
        for name in try files.contentsOfDirectory(atPath: "/proc/self/fdinfo") {
            guard let text = try? String(contentsOfFile: "/proc/self/fdinfo/\(name)", encoding: .utf8) else {
                continue
            }
            for line in text.split(separator: "\n") where line.hasPrefix("tfd:") {
                let words = line.split(separator: " ")
                guard let number = words.dropFirst().first.flatMap({ Int($0) }),
                    let inode = words.first(where: { $0.hasPrefix("ino:") }).flatMap({
                        UInt64($0.dropFirst(4), radix: 16)
                    })
                else { continue }
                let now = try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
                if let now, !now.hasPrefix("socket:") || now == "socket:[\(inode)]" { continue }
                stale.append(number)
            }
        }
        return stale
    }

    /// Of the thread that runs the loop.
    private static func processorNanoseconds() throws -> UInt64 {
        let text = try String(contentsOfFile: "/proc/thread-self/schedstat", encoding: .utf8)
        return try #require(text.split(separator: " ").first.flatMap { UInt64($0) })
    }
}
