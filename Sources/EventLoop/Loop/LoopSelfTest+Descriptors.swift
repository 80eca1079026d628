internal import CUV
internal import Glibc

extension LoopSelfTest {
    /// A listener that runs out of descriptors sheds the connection, does not spin, and accepts again afterwards.
    @LoopActor static func outOfDescriptors() async throws -> String? {
        var accepted = 0
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
            accepted += 1
            stream.close()
        }
        defer { listener.close() }
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard client >= 0, let address = listener.localAddress else { return "no socket" }
        defer { close(client) }
        let before = try limitDescriptors(to: rlim_t(client) + 1)
        let used = clock()
        _ = address.withSystemAddress { connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        try await LoopActor.sleep(milliseconds: 200)
        let spent = Int(clock() - used) * 1000 / Int(CLOCKS_PER_SEC)
        _ = try limitDescriptors(to: before)
        guard accepted == 0 else { return "accepted without a descriptor" }
        guard spent < 100 else { return "\(spent) ms of processor time while waiting" }
        let second = try await Stream.connect(to: address, timeoutMilliseconds: 2000)
        second.close()
        await LoopActor.pass()
        return accepted > 0 ? nil : "does not accept any more"
    }

    private static func limitDescriptors(to count: rlim_t) throws -> rlim_t {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw LoopFailure(errno: errno, operation: "limit descriptors", subject: "")
        }
        let before = limit.rlim_cur
        limit.rlim_cur = count
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw LoopFailure(errno: errno, operation: "limit descriptors", subject: "")
        }
        return before
    }
}
