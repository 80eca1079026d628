import HTTP2
import Testing

/// How much credit a stream gets where the way to its peer is long.
@Suite struct CreditTests {
    /// A body, and the most of it that came in one round trip.
    private struct Flow {
        let pair: SessionPair
        let id: HTTP2StreamID
        var most = 0
        var total = 0

        init(server: HTTP2Limits = HTTP2Limits(), others: Int = 0, bytes: Int = 20 << 20) throws {
            pair = try SessionPair(server: server)
            for _ in 0..<others { _ = try pair.client.open(SessionPair.post) }
            id = try pair.client.open(SessionPair.post)
            try pair.settle()
            try pair.client.send([UInt8](repeating: 1, count: bytes), on: id)
        }

        /// So many times all that has come is taken after `pace`, and the credit for it is on its way.
        mutating func run(rounds: Int, pace: Int64, roundTrip: Int64) throws {
            for _ in 0..<rounds {
                pair.milliseconds += pace
                pair.serverEvents.removeAll()
                try pair.settle()
                let came = pair.serverEvents.reduce(0) { count, event in
                    guard case .data(id, let bytes) = event else { return count }
                    return count + bytes.count
                }
                most = max(most, came)
                total += came
                pair.server.consumed(came, on: id, roundTripMilliseconds: roundTrip)
            }
        }
    }

    @Test func aReaderAtALongWayGetsCreditForFourMegabytes() throws {
        var flow = try Flow()
        // From 16 KiB to 4 MiB it doubles eight times.
        try flow.run(rounds: 9, pace: 300, roundTrip: 300)
        #expect(flow.most == flow.pair.server.limits.wideWindowBytes)
        #expect(flow.most == 4 << 20)
        // At this round trip that is far more than 2 MB a second.
        #expect(flow.most * 1_000 / 300 > 2_000_000)
        try flow.run(rounds: 2, pace: 300, roundTrip: 300)
        #expect(flow.most == 4 << 20, "credit grows without end")
    }

    @Test(arguments: [(300, 700), (1, 300), (0, 0)])
    func aReaderWhomCreditDoesNotHoldUpGetsAMegabyte(roundTrip: Int64, pace: Int64) throws {
        var flow = try Flow()
        try flow.run(rounds: 12, pace: max(1, pace), roundTrip: roundTrip)
        #expect(flow.most == flow.pair.server.limits.lastWindowBytes)
        #expect(flow.most == 1 << 20)
    }

    /// What was taken and is less than half of the credit is not kept until more comes.
    @Test func creditOfALongWayComesBackBeforeHalfOfItIsUsed() throws {
        var flow = try Flow(bytes: 40 << 20)
        try flow.run(rounds: 10, pace: 300, roundTrip: 300)
        flow.pair.serverEvents.removeAll()
        try flow.pair.settle()
        let credit = flow.pair.server.bufferedBytes
        #expect(credit == flow.pair.server.limits.wideWindowBytes)
        for _ in 0..<12 {
            let part = credit / 4
            flow.pair.server.consumed(part, on: flow.id, roundTripMilliseconds: 300)
            flow.pair.serverEvents.removeAll()
            flow.pair.milliseconds += 75
            try flow.pair.settle()
            #expect(flow.pair.server.bufferedBytes == credit)
        }
    }

    @Test func aLongWayDoesNotRaiseTheBoundOfTheSession() throws {
        var flow = try Flow(others: 4)
        try flow.run(rounds: 12, pace: 300, roundTrip: 300)
        #expect(flow.most == 4 << 20 - 4 * flow.pair.server.limits.firstWindowBytes)
        var small = try Flow(server: .small)
        try small.run(rounds: 12, pace: 300, roundTrip: 300)
        #expect(small.most == 1 << 20)
    }

    /// As many as the tunnel is built for, each of which reads quickly at first and then stops.
    @Test(arguments: [(HTTP2Limits(), 128), (HTTP2Limits.small, 48)])
    func streamsThatStandStillAfterAWhileLeaveRoomForOthers(_ limits: HTTP2Limits, _ count: Int) throws {
        let pair = try SessionPair(server: limits)
        for _ in 0..<count { try Self.standStill(pair) }
        #expect(pair.server.streamCount == count)
        #expect(pair.server.bufferedBytes >= count * limits.firstWindowBytes)
        #expect(pair.server.bufferedBytes < limits.bufferedBytes)
        let live = try pair.client.open(SessionPair.post)
        try pair.settle()
        #expect(pair.server.streamCount == count + 1)
        try pair.client.send([1, 2, 3], on: live)
        try pair.settle()
        #expect(SessionPair.body(pair.serverEvents, live) == [1, 2, 3])
    }

    /// As above, with others that send nothing in this direction, and one beside all of them that goes on.
    @Test(arguments: [(HTTP2Limits(), 128, 48), (HTTP2Limits.small, 48, 128)])
    func whoGoesOnBesideManyThatStandStillGetsTheCreditKeptForIt(
        _ limits: HTTP2Limits, _ count: Int, _ idle: Int
    ) throws {
        let pair = try SessionPair(server: limits)
        for _ in 0..<idle { _ = try pair.client.open(SessionPair.post) }
        for _ in 0..<count { try Self.standStill(pair) }
        let live = try pair.client.open(SessionPair.post)
        try pair.client.send([UInt8](repeating: 1, count: limits.steadyBytes + 4 << 20), on: live)
        var (took, most) = (0, 0)
        func take(until end: Int) throws {
            while took < end {
                let came = try Self.arrived(pair, live)
                try #require(came > 0)
                most = max(most, came)
                took += came
                pair.server.consumed(came, on: live)
            }
        }
        try take(until: limits.steadyBytes)
        #expect(most <= limits.firstWindowBytes, "something was left for it already")
        try take(until: limits.steadyBytes + 3 << 20)
        #expect(most == limits.firstWindowBytes + limits.keptBytes)
        #expect(pair.server.bufferedBytes < limits.bufferedBytes)
    }

    /// One that takes much more than its first credit, and from then on nothing.
    private static func standStill(_ pair: SessionPair) throws {
        let id = try pair.client.open(SessionPair.post)
        try pair.client.send([UInt8](repeating: 1, count: 1 << 19), on: id)
        var took = 0
        while took < 1 << 18 {
            let came = try arrived(pair, id)
            try #require(came > 0)
            took += came
            pair.server.consumed(came, on: id)
        }
        try pair.settle()
    }

    /// Bytes of a stream that come when both sides say what they can.
    private static func arrived(_ pair: SessionPair, _ id: HTTP2StreamID) throws -> Int {
        pair.serverEvents.removeAll()
        try pair.settle()
        return pair.serverEvents.reduce(0) { sum, event in
            guard case .data(id, let bytes) = event else { return sum }
            return sum + bytes.count
        }
    }

    @Test func aReaderThatLeavesSomethingGetsNoMore() throws {
        let flow = try Flow()
        for _ in 0..<20 {
            flow.pair.milliseconds += 300
            try flow.pair.settle()
            let held = flow.pair.server.bufferedBytes
            flow.pair.server.consumed(held - 1, on: flow.id, roundTripMilliseconds: 300)
        }
        #expect(flow.pair.server.bufferedBytes <= flow.pair.server.limits.firstWindowBytes)
    }
}
