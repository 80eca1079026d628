import JSON
import Model
import Testing
import Tunnel

@Suite struct SessionMachineTests {
    @Test func aLineIsOneWordAndItsBody() throws {
        let line = ControlLine("heartbeat", Array(#"{"a":1}"#.utf8))
        #expect(String(decoding: line.bytes, as: UTF8.self) == "{\"heartbeat\":{\"a\":1}}\n")
        #expect(ControlLine(line: Array(line.bytes.dropLast())) == line)
    }

    @Test(arguments: ["", "{}", "{\"a\"}", "{\"\":{}}", "[1]", "{\"A\":{}}", "heartbeat", "{\"a\":{}"])
    func whatIsNoLineIsRefused(text: String) {
        // The last one reads as a line whose body is not JSON; whoever reads the body says so.
        let line = ControlLine(line: Array(text.utf8))
        if text == "{\"a\":{}" { #expect(line?.body == Array("{".utf8)) } else { #expect(line == nil) }
    }

    @Test func greetingsSayWhatIsKnownOfANode() throws {
        let boot = try #require(BootID("0190f3b2-0000-7000-8000-000000000001"))
        let status = StatusHash(boot, 7)
        #expect(status != StatusHash(boot, 8))
        let agent = AgentGreeting(agentVersion: "1", capabilities: [], applied: nil, statusHash: status)
        let line = try JSONCoder.encode(agent)
        #expect(
            String(decoding: line, as: UTF8.self).contains(
                #""status_hash":"0190f3b2-0000-7000-8000-000000000001.7""#))
        #expect(try JSONCoder.decode(AgentGreeting.self, from: line) == agent)
        let plane = PlaneGreeting(
            session: 1, heartbeatIntervalSecs: 30, heartbeatTimeoutSecs: 90,
            serverTime: Timestamp(milliseconds: 0), statusHash: status)
        #expect(try JSONCoder.decode(PlaneGreeting.self, from: JSONCoder.encode(plane)) == plane)
    }

    /// Programs of before say nothing of it.
    @Test func greetingsOfOlderProgramsAreUnderstood() throws {
        let agent = #"{"agent_version":"0.1.0","capabilities":[]}"#
        #expect(try JSONCoder.decode(AgentGreeting.self, from: Array(agent.utf8)).statusHash == nil)
        let plane =
            #"{"session":1,"heartbeat_interval_secs":1,"heartbeat_timeout_secs":2,"#
            + #""server_time":"2026-01-02T03:04:05Z"}"#
        #expect(try JSONCoder.decode(PlaneGreeting.self, from: Array(plane.utf8)).statusHash == nil)
    }

    @Test func linesComeHoweverTheyAreSplit() throws {
        let bytes = Array("{\"a\":{}}\n\n{\"b\":{\"c\":2}}\n{\"d".utf8)
        var splitter = LineSplitter()
        var lines: [[UInt8]] = []
        for byte in bytes { lines += try splitter.push([byte]) }
        var whole = LineSplitter()
        #expect(try whole.push(bytes) == lines)
        #expect(lines.compactMap { ControlLine(line: $0)?.word } == ["a", "b"])
    }

    @Test func aLineHasABound() throws {
        var splitter = LineSplitter(limitBytes: 10)
        #expect(try splitter.push(Array("1234567890\n".utf8)).count == 1)
        #expect(throws: TunnelFailure.self) { _ = try splitter.push(Array("12345678901".utf8)) }
    }

    @Test func aNewerSessionOfTheSameLifeWins() {
        var fence = SessionFence()
        #expect(fence.judge(boot: "a", session: 1, atMilliseconds: 0) == .admitted)
        #expect(fence.judge(boot: "a", session: 2, atMilliseconds: 0) == .admitted)
        #expect(fence.judge(boot: "a", session: 2, atMilliseconds: 0) == .stale)
        #expect(fence.judge(boot: "a", session: 1, atMilliseconds: 0) == .stale)
        #expect(fence.judge(boot: "b", session: 1, atMilliseconds: 0) == .admitted)
    }

    @Test func twoAgentsWithOneIdentityAreTold() {
        var fence = SessionFence()
        var verdicts: [SessionFence.Verdict] = []
        for round in 0..<6 {
            verdicts.append(
                fence.judge(
                    boot: round % 2 == 0 ? "a" : "b", session: UInt64(round + 1),
                    atMilliseconds: Int64(round) * 1_000))
        }
        #expect(verdicts == [.admitted, .admitted, .admitted, .admitted, .admitted, .duplicate])
        #expect(fence.isContested(atMilliseconds: 6_000))
        #expect(fence.judge(boot: "a", session: 99, atMilliseconds: 7_000) == .admitted)
        // The last return was at 4 seconds; nobody has to ask for it to be forgotten.
        #expect(fence.isContested(atMilliseconds: 604_000))
        #expect(!fence.isContested(atMilliseconds: 604_001))
        #expect(fence.judge(boot: "b", session: 99, atMilliseconds: 700_000) == .admitted)
        #expect(!fence.isContested(atMilliseconds: 700_000))
    }

    @Test func anAgentThatKeepsCrashingIsNoDuplicate() {
        var fence = SessionFence()
        for life in 0..<100 {
            #expect(fence.judge(boot: "boot-\(life)", session: 1, atMilliseconds: Int64(life)) == .admitted)
        }
        #expect(!fence.isContested(atMilliseconds: 100))
    }

    @Test func thePauseGrowsToItsBoundAndBeginsAnewAfterAGoodSession() {
        var pause = ReconnectPause()
        var longest: [Int64] = []
        for _ in 0..<10 { longest.append(pause.next(lasted: 0, asked: nil, random: .max / 2)) }
        #expect(longest.allSatisfy { $0 >= 0 && $0 <= ReconnectPause.lastMilliseconds })
        var full = ReconnectPause()
        let bounds = (0..<8).map { step in full.next(lasted: 0, asked: nil, random: UInt64(500 << step)) }
        #expect(bounds.prefix(3) == [500, 1_000, 2_000])
        #expect(full.next(lasted: 60_000, asked: nil, random: 400) <= 500)
        #expect(full.next(lasted: 0, asked: 7_000, random: 1) == 7_000)
        var short = ReconnectPause(lastMilliseconds: 50)
        #expect((0..<5).allSatisfy { _ in short.next(lasted: 0, asked: nil, random: .max / 2) <= 50 })
    }
}
