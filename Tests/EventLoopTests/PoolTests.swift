import EventLoop
import Glibc
import TestKit
import Testing

@Suite(.onLoop, .serialized)
struct PoolTests {
    @Test @LoopActor func workRunsOffTheLoopAndItsResultComesBack() async throws {
        let answer = try await BlockingPool.run { LoopExecutor.shared.onLoop ? 0 : 42 }
        #expect(answer == 42)
        #expect(LoopExecutor.shared.onLoop)
    }

    @Test @LoopActor func errorOfTheWorkIsThrown() async throws {
        struct Broken: Error {}
        await #expect(throws: Broken.self) { try await BlockingPool.run { throw Broken() } }
    }

    @Test @LoopActor func loopGoesOnWhileAWorkerBlocks() async throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let reading = ends[0]
        async let count = BlockingPool.run { blockingRead(reading) }
        try await LoopActor.sleep(milliseconds: 2)
        let byte: [UInt8] = [1]
        #expect(unsafe write(ends[1], byte, 1) == 1)
        #expect(try await count == 1)
    }

    @Test @LoopActor func queuedJobIsCancelledAndARunningOneIsAwaited() async throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let reading = ends[0]
        let running = (0..<4).map { _ in
            Task { @LoopActor in try await BlockingPool.run { blockingRead(reading) } }
        }
        let queued = Task { @LoopActor in try await BlockingPool.run { 1 } }
        try await LoopActor.sleep(milliseconds: 20)
        queued.cancel()
        await #expect(throws: CancellationError.self) { _ = try await queued.value }
        for task in running { task.cancel() }
        let bytes: [UInt8] = [1, 2, 3, 4]
        #expect(unsafe write(ends[1], bytes, 4) == 4)
        for task in running { #expect(try await task.value == 1) }
    }

    @Test @LoopActor func localhostResolvesToLoopback() async throws {
        let addresses = try await Resolver.lookup(host: "localhost", port: 80)
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 80 })
    }

    @Test @LoopActor func numericAddressNeedsNoLookup() async throws {
        #expect(try await Resolver.lookup(host: "192.0.2.7", port: 1).first?.description == "192.0.2.7:1")
        #expect(
            try await Resolver.lookup(host: "2001:db8::7", port: 1).first?.description == "[2001:db8::7]:1")
    }

    @Test @LoopActor func impossibleNameFails() async throws {
        let name = String(repeating: "a", count: 300)
        #expect(await failureCode { _ = try await Resolver.lookup(host: name, port: 1) } != nil)
    }
}

private func blockingRead(_ descriptor: Int32) -> Int {
    var byte: UInt8 = 0
    return unsafe read(descriptor, &byte, 1)
}
