import EventLoop
import Glibc
import TestKit
import Testing

@Suite(.onLoop)
struct ConnectTests {
    @Test @LoopActor func connectToAClosedPortIsRefused() async throws {
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
        let port = listener.port
        listener.close()
        await listener.closed()
        let code = await failureCode {
            _ = try await LoopStream.connectTCP(host: "127.0.0.1", port: port, timeoutMilliseconds: 5000)
        }
        #expect(code == .refused)
    }

    @Test @LoopActor func connectToAMissingSocketFileFails() async throws {
        let folder = try TemporaryFolder()
        let missing = folder.path("none")
        let code = await failureCode {
            _ = try await LoopStream.connectUnix(path: missing, timeoutMilliseconds: 5000)
        }
        #expect(code == .notFound)
    }

    @Test @LoopActor func connectRefusesAPathThatDoesNotFit() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        let code = await failureCode {
            _ = try await LoopStream.connectUnix(path: path, timeoutMilliseconds: 5000)
        }
        #expect(code == .invalid)
    }

    @Test @LoopActor func aSocketThatCannotBeTakenOverLeavesNothingBehind() async throws {
        // What tests before this one have closed may still be on its way out.
        for _ in 0..<50 where Handle.openCount > 0 { await LoopActor.pass() }
        let handles = Handle.openCount
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // A number so high that nobody else is given it meanwhile.
        let descriptor = fcntl(socket, F_DUPFD, 700)
        close(socket)
        close(descriptor)
        let failure = #expect(throws: LoopFailure.self) { try LoopStream.adoptTCP(owning: descriptor) }
        #expect(failure?.operation == "take a connection over", "\(String(describing: failure))")
        await LoopActor.pass()
        #expect(Handle.openCount == handles)
    }

    @Test @LoopActor func connectGivesUpAtItsDeadline() async throws {
        let (descriptor, port) = try fullListener()
        defer { close(descriptor) }
        var streams: [LoopStream] = []
        var code: LoopFailure.Code?
        for _ in 0..<8 where code == nil {
            code = await failureCode {
                streams.append(
                    try await LoopStream.connectTCP(host: "127.0.0.1", port: port, timeoutMilliseconds: 100))
            }
        }
        #expect(code == .deadline)
        for stream in streams { stream.close() }
    }

    @Test @LoopActor func cancelledConnectThrowsAtOnce() async throws {
        let (descriptor, port) = try fullListener()
        defer { close(descriptor) }
        let task = Task { @LoopActor in
            var streams: [LoopStream] = []
            defer { for stream in streams { stream.close() } }
            while true {
                streams.append(
                    try await LoopStream.connectTCP(
                        host: "127.0.0.1", port: port, timeoutMilliseconds: 60_000))
            }
        }
        try await LoopActor.sleep(milliseconds: 20)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test @LoopActor func nameWithSeveralAddressesReachesTheOneThatListens() async throws {
        var accepted: [LoopStream] = []
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { accepted.append($0) }
        let stream = try await LoopStream.connectTCP(
            host: "localhost", port: listener.port, timeoutMilliseconds: 5000)
        #expect(stream.isLoopbackPeer)
        stream.close()
        await LoopActor.pass()
        for stream in accepted { stream.close() }
        listener.close()
    }

    /// A port whose backlog of one nobody empties.
    private func fullListener() throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe bind(descriptor, address, length) == 0, listen(descriptor, 0) == 0 else {
                    return errno
                }
                return unsafe getsockname(descriptor, address, &length)
            }
        }
        try #require(status == 0)
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
