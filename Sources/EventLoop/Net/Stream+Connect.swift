internal import CUV
internal import Glibc

extension Stream {
    /// Connects to a name or a numeric address; every address of the name is tried within the one deadline.
    public static func connectTCP(
        host: String, port: UInt16, timeoutMilliseconds: Int64
    ) async throws -> Stream {
        let end = EventLoop.hrtimeNanoseconds + UInt64(max(0, timeoutMilliseconds)) * 1_000_000
        let addresses = try await Resolver.lookup(
            host: host, port: port, timeoutMilliseconds: timeoutMilliseconds)
        var failure = LoopFailure(
            .unresolved, operation: "connect", detail: "\(host) has no address", retryable: true)
        for (index, address) in addresses.enumerated() {
            let now = EventLoop.hrtimeNanoseconds
            guard now < end else { break }
            let share = Int64((end - now) / 1_000_000) / Int64(addresses.count - index)
            do {
                return try await connect(to: address, timeoutMilliseconds: max(1, share))
            } catch let error as LoopFailure {
                failure = error
            }
        }
        throw failure
    }

    /// Connects to a Unix socket.
    public static func connectUnix(path: String, timeoutMilliseconds: Int64) async throws -> Stream {
        try await connect(to: SocketAddress(path: path), timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Takes a TCP socket over that is connected already.
    ///
    /// Ownership: the descriptor is the stream's from now on, also when this throws.
    public static func adoptTCP(owning descriptor: Int32) throws -> Stream {
        let stream = Stream(.tcp)
        let status = uv_tcp_open(stream.raw.assumingMemoryBound(to: uv_tcp_t.self), descriptor)
        guard status == 0 else {
            stream.close()
            Glibc.close(descriptor)
            throw LoopFailure(status: status, operation: "take a connection over", subject: "")
        }
        stream.setNoDelay(true)
        return stream
    }

    /// Connects to exactly this address.
    public static func connect(to address: SocketAddress, timeoutMilliseconds: Int64) async throws -> Stream {
        let stream = Stream(address.family == .unix ? .pipe : .tcp)
        do {
            let request = ConnectRequest()
            try request.start(stream, address)
            let status = try await request.result.wait(
                deadlineMilliseconds: timeoutMilliseconds, operation: "connect to \(address)")
            guard status == 0 else {
                throw LoopFailure(status: status, operation: "connect", subject: "\(address)")
            }
        } catch {
            stream.close()
            throw error
        }
        stream.setNoDelay(true)
        return stream
    }
}

/// One `uv_connect_t`, held by libuv from its start until its callback.
@LoopActor
private final class ConnectRequest {
    let result = OneShot<Int32>()
    private let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)

    isolated deinit { request.deallocate() }

    func start(_ stream: Stream, _ address: SocketAddress) throws {
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = submit(stream, address)
        guard status != 0 else { return }
        Unmanaged.passUnretained(self).release()
        throw LoopFailure(status: status, operation: "connect", subject: "\(address)")
    }

    private func submit(_ stream: Stream, _ address: SocketAddress) -> Int32 {
        guard address.family == .unix else {
            let tcp = stream.raw.assumingMemoryBound(to: uv_tcp_t.self)
            return address.withSystemAddress { uv_tcp_connect(request, tcp, $0, connectDone) }
                ?? UV_EINVAL.rawValue
        }
        // libuv 1.44 would shorten a longer path silently.
        guard address.host.utf8.count <= EventLoopLimits.unixPathBytes else {
            return UV_ENAMETOOLONG.rawValue
        }
        uv_pipe_connect(
            request, stream.raw.assumingMemoryBound(to: uv_pipe_t.self), address.host, connectDone)
        return 0
    }
}

private func connectDone(_ request: UnsafeMutablePointer<uv_connect_t>?, _ status: Int32) {
    guard let data = request?.pointee.data else { return }
    let box = Unmanaged<ConnectRequest>.fromOpaque(data).takeRetainedValue()
    LoopActor.unsafeEnter((box, status)) { _ = $0.0.result.succeed($0.1) }
}
