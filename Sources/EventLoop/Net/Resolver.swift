internal import CUV
internal import Glibc

/// Resolves names with the system's resolver on a worker thread.
public enum Resolver {
    /// The addresses of a name in the system's order; a numeric address is returned without any look-up.
    ///
    /// After the deadline or a cancellation the look-up itself goes on until the system gives up; its result is
    /// dropped.
    @LoopActor
    public static func lookup(
        host: String, port: UInt16, timeoutMilliseconds: Int64 = EventLoopLimits.lookupMilliseconds
    ) async throws -> [SocketAddress] {
        if let numeric = SocketAddress(numericHost: host, port: port) { return [numeric] }
        let request = LookupRequest(port: port)
        try request.start(host)
        let answer = try await request.result.wait(
            deadlineMilliseconds: timeoutMilliseconds, operation: "look up \(host)")
        guard answer.status == 0, !answer.addresses.isEmpty else {
            let status = answer.status == 0 ? UV_EAI_NONAME.rawValue : answer.status
            throw LoopFailure(status: status, operation: "look up", subject: host)
        }
        return answer.addresses
    }
}

/// One `uv_getaddrinfo_t`, held by libuv from its start until its callback.
@LoopActor
private final class LookupRequest {
    struct Answer: Sendable {
        let status: Int32
        let addresses: [SocketAddress]
    }

    let result = OneShot<Answer>()
    private let port: UInt16
    private let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)

    init(port: UInt16) { self.port = port }

    isolated deinit { request.deallocate() }

    func start(_ host: String) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = uv_getaddrinfo(LoopExecutor.shared.loop, request, lookupDone, host, String(port), &hints)
        guard status != 0 else { return }
        Unmanaged.passUnretained(self).release()
        throw LoopFailure(status: status, operation: "look up", subject: host)
    }

    func finish(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
        var addresses: [SocketAddress] = []
        var entry = list
        while let current = entry {
            if let system = current.pointee.ai_addr, let address = SocketAddress(system: system),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            entry = current.pointee.ai_next
        }
        if let list { uv_freeaddrinfo(list) }
        result.succeed(Answer(status: status, addresses: addresses))
    }
}

private func lookupDone(
    _ request: UnsafeMutablePointer<uv_getaddrinfo_t>?, _ status: Int32,
    _ list: UnsafeMutablePointer<addrinfo>?
) {
    guard let data = request?.pointee.data else { return }
    let box = Unmanaged<LookupRequest>.fromOpaque(data).takeRetainedValue()
    LoopActor.unsafeEnter((box, status, list)) { $0.0.finish($0.1, $0.2) }
}
