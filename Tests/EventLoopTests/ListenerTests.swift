import EventLoop
import Glibc
import TestKit
import Testing

@Suite(.onLoop)
struct ListenerTests {
    @Test @LoopActor func portZeroBecomesARealPort() throws {
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
        #expect(listener.port > 0)
        #expect(listener.localAddress?.host == "127.0.0.1")
        listener.close()
    }

    @Test @LoopActor func portInUseIsRefused() async throws {
        let first = try Listener.tcp(host: "127.0.0.1", port: 0)
        let port = first.port
        #expect(await failureCode { _ = try Listener.tcp(host: "127.0.0.1", port: port) } == .addressInUse)
        first.close()
    }

    @Test @LoopActor func hostMustBeNumeric() async {
        #expect(await failureCode { _ = try Listener.tcp(host: "example.org", port: 0) } == .invalid)
    }

    @Test @LoopActor func unixSocketHasItsModeAndGoesWithTheListener() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s")
        let listener = try Listener.unix(path: path, mode: 0o660)
        let status = try #require(try FileIO.status(path))
        #expect(status.kind == .socket)
        #expect(status.mode == 0o660)
        listener.close()
        await listener.closed()
        #expect(try FileIO.status(path) == nil)
    }

    @Test @LoopActor func socketFileOfADeadProcessIsReplaced() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s")
        let first = try Listener.unix(path: path)
        try FileIO.rename(path, to: folder.path("kept"))
        first.close()
        await first.closed()
        try FileIO.rename(folder.path("kept"), to: path)
        let second = try Listener.unix(path: path)
        let stream = try await LoopStream.connectUnix(path: path, timeoutMilliseconds: 5000)
        stream.close()
        second.close()
    }

    @Test @LoopActor func socketInUseIsNotTaken() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s")
        let first = try Listener.unix(path: path)
        #expect(await failureCode { _ = try Listener.unix(path: path) } == .addressInUse)
        let stream = try await LoopStream.connectUnix(path: path, timeoutMilliseconds: 5000)
        stream.close()
        first.close()
    }

    @Test @LoopActor func ordinaryFileIsNotReplaced() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("file")
        try FileIO.writeDurably(path, [1])
        #expect(await failureCode { _ = try Listener.unix(path: path) } == .exists)
        #expect(try FileIO.read(path, limitBytes: 10) == [1])
    }

    @Test @LoopActor func pausedListenerAcceptsAfterResume() async throws {
        var accepted: [LoopStream] = []
        let gate = Gate()
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) {
            accepted.append($0)
            gate.changed()
        }
        listener.pause()
        let port = listener.port
        var clients: [LoopStream] = []
        for _ in 0..<3 {
            clients.append(
                try await LoopStream.connectTCP(host: "127.0.0.1", port: port, timeoutMilliseconds: 5000))
        }
        for _ in 0..<5 { await LoopActor.pass() }
        #expect(accepted.isEmpty)
        #expect(!listener.isAccepting)
        listener.resume()
        try await gate.until(deadlineMilliseconds: 5000) { accepted.count == 3 }
        for stream in clients + accepted { stream.close() }
        listener.close()
    }

    @Test @LoopActor func connectionWithoutAnOwnerIsClosed() async throws {
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
        let channel = ByteChannel(
            try await LoopStream.connectTCP(host: "127.0.0.1", port: listener.port, timeoutMilliseconds: 5000)
        )
        #expect(try await channel.read(deadlineMilliseconds: 5000) == nil)
        channel.close()
        listener.close()
    }

    @Test @LoopActor func fortyListenersServeAtOnce() async throws {
        var served = 0
        let listeners = try (0..<40).map { _ in
            try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
                served += 1
                stream.close()
            }
        }
        for listener in listeners {
            let channel = ByteChannel(
                try await LoopStream.connectTCP(
                    host: "127.0.0.1", port: listener.port, timeoutMilliseconds: 5000))
            #expect(try await channel.read() == nil)
            channel.close()
        }
        #expect(served == 40)
        for listener in listeners { listener.close() }
    }
}
