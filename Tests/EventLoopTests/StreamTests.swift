import EventLoop
import Glibc
import TestKit
import Testing

@Suite(.onLoop)
struct StreamTests {
    @Test @LoopActor func bytesArriveBothWaysUnchanged() async throws {
        let pair = try await SocketPair.tcp()
        let blob = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let sent: Void = pair.client.write(blob)
        async let answered: Void = pair.server.write(blob)
        #expect(try await collect(pair.server, blob.count) == blob)
        #expect(try await collect(pair.client, blob.count) == blob)
        _ = try await (sent, answered)
        await pair.close()
    }

    @Test @LoopActor func unixSocketCarriesBytes() async throws {
        let folder = try TemporaryFolder()
        let pair = try await SocketPair.unix(path: folder.path("s"))
        try await pair.client.write("hello")
        #expect(try await pair.server.read(exactly: 5) == Array("hello".utf8))
        #expect(pair.server.stream.isLoopbackPeer)
        await pair.close()
    }

    @Test @LoopActor func slowReaderBoundsItsMemory() async throws {
        let pair = try await SocketPair.tcp(limitBytes: 10_000)
        pair.client.stream.maximumQueuedBytes = 64 * 1024 * 1024
        pair.client.stream.write([UInt8](repeating: 7, count: 32 * 1024 * 1024))
        #expect(pair.client.stream.queuedBytes > 0)
        for _ in 0..<50 { await LoopActor.pass() }
        #expect(pair.server.bufferedBytes <= 10_000 + EventLoopLimits.readSlabBytes)
        #expect(!pair.server.stream.isReading)
        #expect(try await collect(pair.server, 32 * 1024 * 1024).count == 32 * 1024 * 1024)
        #expect(pair.client.stream.queuedBytes == 0)
        await pair.close()
    }

    @Test @LoopActor func peerThatDoesNotReadFailsTheStreamAtTheBound() async throws {
        let pair = try await SocketPair.tcp(limitBytes: 1)
        pair.client.stream.maximumQueuedBytes = 1_000_000
        let chunk = [UInt8](repeating: 1, count: 500_000)
        let code = await failureCode {
            for _ in 0..<100 {
                pair.client.stream.write(chunk)
                #expect(pair.client.stream.queuedBytes <= 1_000_000)
                await LoopActor.pass()
            }
            try await pair.client.write("more")
        }
        #expect(code == .queueFull)
        #expect(!pair.client.stream.isOpen)
        await pair.close()
    }

    @Test @LoopActor func whatCameBeforeABreakIsRead() async throws {
        for _ in 0..<10 {
            let pair = try await SocketPair.tcp(limitBytes: 1)
            let answer = [UInt8](repeating: 7, count: 100_000)
            // The server answers and closes over unread bytes, which resets the connection, while the client writes.
            try await pair.client.write([UInt8](repeating: 1, count: 200_000))
            try await pair.server.write(answer)
            pair.server.close()
            let code = await failureCode {
                while true { try await pair.client.write([UInt8](repeating: 1, count: 10_000)) }
            }
            #expect(code != nil)
            #expect(try await collect(pair.client, answer.count) == answer)
            #expect(await failureCode { _ = try await pair.client.read() } != nil)
            await pair.close()
        }
    }

    @Test @LoopActor func aBrokenStreamThatNobodyReadsFailsInTheEnd() async throws {
        let pair = try await SocketPair.tcp(limitBytes: 1)
        let stream = pair.client.stream
        try await pair.client.write([UInt8](repeating: 1, count: 200_000))
        stream.stopReading()
        pair.server.close()
        let code = await failureCode {
            while true { try await pair.client.write([UInt8](repeating: 1, count: 10_000)) }
        }
        #expect(code == .reset || code == .closed, "\(String(describing: code))")
        #expect(!stream.isOpen)
        await pair.close()
    }

    @Test @LoopActor func whatTheKernelShallDoIsSet() async throws {
        let pair = try await SocketPair.tcp()
        pair.client.stream.setUserTimeout(milliseconds: 12_345)
        #expect(pair.client.stream.userTimeoutMilliseconds == 12_345)
        #expect(pair.server.stream.userTimeoutMilliseconds == nil)
        try await pair.client.write("x")
        _ = try await pair.server.read()
        #expect(try #require(pair.client.stream.roundTripNanoseconds) < 10_000_000_000)
        await pair.close()
        #expect(pair.client.stream.roundTripNanoseconds == nil)
    }

    @Test @LoopActor func halfClosedStreamStillReceives() async throws {
        let pair = try await SocketPair.tcp()
        try await pair.client.write("question")
        pair.client.finish()
        #expect(try await collect(pair.server, 8) == Array("question".utf8))
        #expect(try await pair.server.read() == nil)
        try await pair.server.write("answer")
        pair.server.finish()
        #expect(try await collect(pair.client, 6) == Array("answer".utf8))
        #expect(try await pair.client.read() == nil)
        await pair.close()
    }

    @Test @LoopActor func peerThatClosesWithUnreadBytesIsAFailure() async throws {
        let pair = try await SocketPair.tcp(limitBytes: 1)
        pair.server.stream.stopReading()
        try await pair.client.write("unread")
        pair.server.close()
        let code = await failureCode { while try await pair.client.read() != nil {} }
        #expect(code == .reset)
        #expect(!pair.client.stream.isOpen)
        await pair.close()
    }

    @Test @LoopActor func closedStreamIgnoresWrites() async throws {
        let pair = try await SocketPair.tcp()
        let stream = pair.client.stream
        stream.close()
        stream.write([1])
        stream.startReading()
        stream.shutdownWriting()
        #expect(stream.queuedBytes == 0)
        #expect(stream.peerAddress == nil)
        #expect(await failureCode { try await pair.client.write("x") } == .closed)
        await pair.close()
    }

    @Test @LoopActor func closeDropsTheHandlerAndCancelsQueuedWrites() async throws {
        let pair = try await SocketPair.tcp(limitBytes: 1)
        let stream = pair.client.stream
        stream.maximumQueuedBytes = .max
        stream.write([UInt8](repeating: 1, count: 16 * 1024 * 1024))
        #expect(stream.queuedBytes > 0)
        await pair.close()
        #expect(stream.handler == nil)
    }

    @Test @LoopActor func gracefulCloseDeliversTheLastAnswerThoughThePeerStillSends() async throws {
        let pair = try await SocketPair.tcp()
        let answer = [UInt8](repeating: 9, count: 4_000_000)
        pair.server.stream.write(answer)
        pair.server.stream.closeGracefully(deadlineMilliseconds: 10_000)
        #expect(pair.server.stream.isOpen)
        try await pair.client.write([UInt8](repeating: 1, count: 100_000))
        #expect(try await collect(pair.client, answer.count) == answer)
        #expect(try await pair.client.read() == nil)
        pair.client.close()
        await pair.server.stream.closed()
    }

    @Test @LoopActor func gracefulCloseGivesUpAtItsDeadline() async throws {
        let pair = try await SocketPair.tcp()
        pair.server.stream.closeGracefully(deadlineMilliseconds: 10)
        await pair.server.stream.closed()
        #expect(try await pair.client.read() == nil)
        await pair.close()
    }

    @Test @LoopActor func gracefulCloseAfterThePeersEndIsImmediate() async throws {
        let pair = try await SocketPair.tcp()
        pair.client.finish()
        #expect(try await pair.server.read() == nil)
        pair.server.stream.closeGracefully(deadlineMilliseconds: 60_000)
        #expect(!pair.server.stream.isOpen)
        await pair.close()
    }

    @Test @LoopActor func readDeadlineLeavesTheStreamUsable() async throws {
        let pair = try await SocketPair.tcp()
        #expect(await failureCode { _ = try await pair.client.read(deadlineMilliseconds: 5) } == .deadline)
        try await pair.server.write("late")
        #expect(try await pair.client.read(exactly: 4) == Array("late".utf8))
        await pair.close()
    }

    @Test @LoopActor func addressesNameBothEnds() async throws {
        let pair = try await SocketPair.tcp()
        #expect(pair.client.stream.peerAddress == pair.server.stream.localAddress)
        #expect(pair.server.stream.peerAddress == pair.client.stream.localAddress)
        #expect(pair.server.stream.isLoopbackPeer)
        #expect(pair.server.stream.peerAddress?.description.hasPrefix("127.0.0.1:") == true)
        await pair.close()
    }

    @LoopActor private func collect(_ channel: ByteChannel, _ count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = try await channel.read() { bytes += more }
        return bytes
    }
}
