import EventLoop
import Glibc
import TestKit
import Testing

@Suite(.onLoop, .serialized)
struct SignalAndPollerTests {
    @Test @LoopActor func signalReachesItsWatcher() async throws {
        let gate = Gate()
        var count = 0
        let watcher = SignalWatcher()
        try watcher.start(.user1) {
            count += 1
            gate.changed()
        }
        kill(getpid(), SIGUSR1)
        try await gate.until(deadlineMilliseconds: 5000) { count == 1 }
        watcher.close()
    }

    @Test @LoopActor func everyWatcherOfASignalHearsIt() async throws {
        let gate = Gate()
        var heard: Set<Int> = []
        let watchers = [SignalWatcher(), SignalWatcher()]
        for (index, watcher) in watchers.enumerated() {
            try watcher.start(.user2) {
                heard.insert(index)
                gate.changed()
            }
        }
        kill(getpid(), SIGUSR2)
        try await gate.until(deadlineMilliseconds: 5000) { heard.count == 2 }
        for watcher in watchers { watcher.close() }
    }

    @Test @LoopActor func pollerTellsWhenAPipeCanBeReadAndWritten() async throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let gate = Gate()
        var readable = false
        var writable = false
        let reader = try Poller(fileDescriptor: ends[0])
        let writer = try Poller(fileDescriptor: ends[1])
        try reader.set(readable: true, writable: false) {
            readable = $0.readable
            gate.changed()
        }
        try writer.set(readable: false, writable: true) {
            writable = $0.writable
            gate.changed()
        }
        try await gate.until(deadlineMilliseconds: 5000) { writable }
        #expect(!readable)
        try writer.set(readable: false, writable: false) { _ in Issue.record("a resting poller spoke") }
        let byte: [UInt8] = [1]
        #expect(unsafe write(ends[1], byte, 1) == 1)
        try await gate.until(deadlineMilliseconds: 5000) { readable }
        reader.close()
        writer.close()
        // The same descriptor can be watched again before the first handle has finished closing.
        let again = try Poller(fileDescriptor: ends[0])
        again.close()
    }
}
