import EventLoop
import Model
import TestKit
import Testing

/// An agent a long way off: its packets take 150 ms in each direction, and none is lost.
@Suite(.onLoop, .serialized) struct LongWayTests {
    private static let milliseconds = 150

    /// Bytes under way at a time that make 2 MB a second of a round trip.
    private static let underWay = 2_000_000 * 2 * milliseconds / 1_000

    @Test @LoopActor func oneForwardedStreamFillsALongWay() async throws {
        try await NATThread.run(delayMilliseconds: Self.milliseconds) { thread in
            let (network, programs) = (thread.network, thread.programs)
            try await thread.declare("web")
            let count = TestEnvironment.count(short: 16_000_000, long: 200_000_000)
            let order = "busybox head -c \(count) /dev/zero >/www/big"
            let made = try await programs.fledx(["deployments", "exec", "web", "--", "sh", "-c", order])
            #expect(made.code == 0, "\(made)")
            let forward = try programs.startFledx(["deployments", "port-forward", "web", "8098:80"])
            defer { forward.signal() }
            try await programs.eventually("the forwarded port answers") {
                try await programs.curl(["http://127.0.0.1:8098/"]).output.hasSuffix("version 1\n")
            }
            async let fetching = programs.curl(
                [
                    "--output", "/dev/null", "--write-out", "%{http_code} %{size_download} %{speed_download}",
                    "http://127.0.0.1:8098/big",
                ], seconds: 240)
            var most = 0
            let looking = Task { @LoopActor in
                while !Task.isCancelled {
                    let sockets = try await network.here(
                        "ss -Htin dst \(network.beyondAddress) dport = \(programs.port)")
                    most = max(most, Self.largestUnderWay(sockets))
                    try await LoopActor.sleep(milliseconds: 20)
                }
            }
            let fetched = try await fetching
            looking.cancel()
            _ = await looking.result
            #expect(fetched.output.hasPrefix("200 \(count) "), "\(fetched)")
            print("a long way: \(fetched.output) bytes/s, at most \(most) bytes under way")
            #expect(most >= Self.underWay)
        }
    }

    /// Of the sockets that the kernel lists, what the one with most of it has sent and the peer has not confirmed.
    private static func largestUnderWay(_ sockets: String) -> Int {
        sockets.split(separator: "\n").map { line in
            value("unacked", in: line) * value("mss", in: line)
        }.max() ?? 0
    }

    private static func value(_ name: String, in line: Substring) -> Int {
        for word in line.split(separator: " ") where word.hasPrefix("\(name):") {
            return Int(word.dropFirst(name.utf8.count + 1)) ?? 0
        }
        return 0
    }
}
