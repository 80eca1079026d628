import HTTP2
import Testing

/// Two sessions against each other, without a socket.
@Suite struct SessionTests {
    @Test func aRequestIsAnsweredWithBodyAndTrailers() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(SessionPair.post)
        try pair.client.send([1, 2, 3], on: id, ends: true)
        try pair.settle()
        #expect(pair.serverEvents == [.request(id, SessionPair.post), .data(id, [1, 2, 3]), .ended(id)])

        try pair.server.respond(id, SessionPair.ok)
        try pair.server.send([4, 5], on: id)
        try pair.server.finish(id, trailers: [HTTP2Field("x-exit-code", "7")])
        try pair.settle()
        #expect(
            pair.clientEvents == [
                .response(id, SessionPair.ok), .data(id, [4, 5]),
                .trailers(id, [HTTP2Field("x-exit-code", "7")]), .ended(id), .closed(id, .none),
            ])
        #expect(pair.serverEvents.last == .closed(id, .none))
        #expect(pair.client.streamCount == 0 && pair.server.streamCount == 0)
    }

    @Test func aRequestWithoutBodyEndsAtOnce() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(SessionPair.get, ends: true)
        try pair.settle()
        #expect(pair.serverEvents == [.request(id, SessionPair.get), .ended(id)])
        try pair.server.respond(id, [HTTP2Field(":status", "404")], ends: true)
        try pair.settle()
        #expect(pair.clientEvents.last == .closed(id, .none))
        #expect(throws: HTTP2Failure.self) { try pair.server.send([1], on: id) }
    }

    @Test func bothSidesStreamOnOneStream() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(
            [HTTP2Field(":method", "CONNECT"), HTTP2Field(":authority", "a:80")])
        try pair.settle()
        try pair.server.respond(id, SessionPair.ok)
        for round in 0..<50 {
            try pair.client.send([UInt8(round)], on: id)
            try pair.server.send([UInt8(100 + round)], on: id)
            try pair.settle()
        }
        #expect(SessionPair.body(pair.serverEvents, id) == (0..<50).map { UInt8($0) })
        #expect(SessionPair.body(pair.clientEvents, id) == (100..<150).map { UInt8($0) })
    }

    @Test func aSlowReaderStopsItsOwnStreamOnly() throws {
        let pair = try SessionPair()
        let slow = try pair.client.open(SessionPair.post)
        let quick = try pair.client.open(SessionPair.post)
        try pair.client.send([UInt8](repeating: 1, count: 1 << 20), on: slow)
        try pair.settle()
        #expect(SessionPair.body(pair.serverEvents, slow).count == pair.server.limits.firstWindowBytes)
        #expect(pair.client.waitingBytes(of: slow) == 1 << 20 - pair.server.limits.firstWindowBytes)

        var left = 1 << 20
        try pair.client.send([UInt8](repeating: 2, count: left), on: quick)
        while left > 0 {
            pair.serverEvents.removeAll()
            try pair.settle()
            let came = SessionPair.body(pair.serverEvents, quick).count
            #expect(came > 0, "the quick stream stands still")
            guard came > 0 else { return }
            left -= came
            pair.server.consumed(came, on: quick)
        }
        #expect(pair.server.bufferedBytes == pair.server.limits.firstWindowBytes)
    }

    @Test func creditGrowsWhileTheReaderKeepsUpAndNeverPastTheBound() throws {
        var limits = HTTP2Limits()
        limits.bufferedBytes = 1 << 18
        let pair = try SessionPair(server: limits)
        let id = try pair.client.open(SessionPair.post)
        try pair.client.send([UInt8](repeating: 1, count: 4 << 20), on: id)
        var most = 0
        var total = 0
        while total < 4 << 20 {
            pair.serverEvents.removeAll()
            try pair.settle()
            let came = SessionPair.body(pair.serverEvents, id).count
            guard came > 0 else { break }
            most = max(most, came)
            total += came
            pair.server.consumed(came, on: id)
        }
        #expect(total == 4 << 20)
        #expect(most > 1 << 17, "credit stayed at \(most)")
        #expect(most <= limits.bufferedBytes)
    }

    @Test func sessionsThatShareABudgetStopTogether() throws {
        let budget = HTTP2Budget(limitBytes: 40_000)
        let first = try SessionPair(clientBudget: budget)
        let second = try SessionPair(clientBudget: budget)
        #expect(budget.windowBytes == 0 && budget.bufferedBytes == 0)
        var ids: [HTTP2StreamID] = []
        for _ in 0..<3 {
            let id = try first.client.open(SessionPair.get, ends: true)
            try first.settle()
            try first.server.respond(id, SessionPair.ok)
            try first.server.send([UInt8](repeating: 1, count: 16_384), on: id)
            try first.settle()
            ids.append(id)
        }
        #expect(budget.bufferedBytes == 3 * 16_384)
        #expect(throws: HTTP2Failure.self) { try second.client.open(SessionPair.get, ends: true) }
        #expect(second.client.refusedStreams == 1 && first.client.refusedStreams == 0)
        for id in ids { first.client.consumed(16_384, on: id) }
        #expect(budget.bufferedBytes == 0)
        let sending = try second.client.open(SessionPair.post)
        try second.client.send([UInt8](repeating: 1, count: 50_000), on: sending)
        #expect(budget.bufferedBytes == 50_000)
        #expect(throws: HTTP2Failure.self) { try first.client.open(SessionPair.get, ends: true) }
        second.client.reset(sending, .cancelled)
        try second.settle()
        #expect(budget.bufferedBytes == 0)
        // Nothing was left to grow by: three streams had 16 KiB each.
        #expect(budget.windowBytes == 3 * 16_384)
    }

    @Test func anEndedSessionGivesItsShareBack() throws {
        let budget = HTTP2Budget(limitBytes: 40_000)
        do {
            let pair = try SessionPair(clientBudget: budget)
            let id = try pair.client.open(SessionPair.post)
            try pair.client.send([UInt8](repeating: 1, count: 30_000), on: id)
            #expect(budget.bufferedBytes == 30_000 && budget.windowBytes > 0)
        }
        #expect(budget.bufferedBytes == 0 && budget.windowBytes == 0)
    }

    @Test func aResetStreamIsClosedOnBothSides() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(SessionPair.post)
        try pair.client.send([UInt8](repeating: 1, count: 100_000), on: id)
        try pair.settle()
        pair.client.reset(id, .cancelled)
        try pair.settle()
        #expect(pair.serverEvents.last == .closed(id, .cancelled))
        #expect(pair.clientEvents == [.closed(id, .cancelled)])
        #expect(pair.server.bufferedBytes == 0)
        #expect(throws: HTTP2Failure.self) { try pair.client.send([1], on: id) }
    }

    /// Who opens a stream at once knows nothing of the other side's settings yet, and has more credit than they leave.
    @Test func bytesThatOvertakeTheSettingsDoNotStopTheirStream() throws {
        let pair = try SessionPair(settles: false)
        let id = try pair.client.open(SessionPair.post)
        let body = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try pair.client.send(body, on: id, ends: true)
        var taken = 0
        func read() {
            let count = SessionPair.body(pair.serverEvents, id).count - taken
            pair.server.consumed(count, on: id)
            taken += count
        }
        while try pair.toServer() { read() }
        #expect(taken > pair.server.limits.firstWindowBytes && taken < body.count)
        while taken < body.count {
            let before = taken
            try pair.settle()
            read()
            try #require(taken > before, "the stream stands still after \(taken) bytes")
        }
        #expect(SessionPair.body(pair.serverEvents, id) == body)
    }

    @Test func lentBytesLeaveAtOnceAndTheRestIsKept() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(SessionPair.post)
        try pair.settle()
        let credit = pair.server.limits.firstWindowBytes
        let body = (0..<3 * credit).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try pair.client.send(Array(body[..<100]), on: id)
        var lent = Array(body[100...])
        var output: [UInt8] = []
        try unsafe lent.withUnsafeBytes { bytes in
            try unsafe pair.client.send(lending: bytes, on: id) { pair.client.takeOutput(into: &output) }
        }
        #expect(pair.client.takeRelieved().allSatisfy { $0 == id })
        #expect(pair.client.waitingBytes(of: id) == body.count - credit)
        // Their owner uses the memory for something else now.
        for index in lent.indices { lent[index] = 0 }
        pair.serverEvents = try pair.server.receive(output)
        #expect(SessionPair.body(pair.serverEvents, id) == Array(body[..<credit]))
        while SessionPair.body(pair.serverEvents, id).count < body.count {
            pair.server.consumed(credit, on: id)
            let before = pair.carried
            try pair.settle()
            try #require(pair.carried > before)
        }
        #expect(SessionPair.body(pair.serverEvents, id) == body)
        #expect(pair.client.waitingBytes == 0)
    }

    @Test func aStreamThatIsResetWhileItsBytesLeaveSendsNoneOfThem() throws {
        var limits = HTTP2Limits()
        limits.gatheredBytes = 1
        limits.frameBytes = 16_384
        let pair = try SessionPair(client: limits)
        let ids = [try pair.client.open(SessionPair.post), try pair.client.open(SessionPair.post)]
        try pair.settle()
        for id in ids { try pair.client.send([UInt8](repeating: 1, count: 10_000), on: id) }
        // One frame fills the output, and nghttp2 holds the next one, which no longer has any bytes.
        _ = try pair.toServer()
        let left = try #require(ids.first { pair.client.waitingBytes(of: $0) > 0 })
        pair.client.reset(left, .cancelled)
        try pair.settle()
        #expect(SessionPair.body(pair.serverEvents, left).isEmpty)
        #expect(pair.serverEvents.contains(.closed(left, .cancelled)))
        #expect(pair.client.waitingBytes == 0)
        let other = ids.first { $0 != left } ?? 0
        #expect(SessionPair.body(pair.serverEvents, other).count == 10_000)
    }

    @Test func urgentBytesAndPingsOvertakeWhatWaits() throws {
        var limits = HTTP2Limits()
        limits.gatheredBytes = 1
        limits.firstWindowBytes = 1 << 19
        let pair = try SessionPair(client: limits, server: limits)
        let urgent = try pair.client.open(SessionPair.post, isUrgent: true)
        let bulk = try (0..<4).map { _ in try pair.client.open(SessionPair.post) }
        try pair.settle()
        for id in bulk { try pair.client.send([UInt8](repeating: 1, count: 1 << 18), on: id) }
        // Some of it has left when something urgent comes.
        for _ in 0..<2 { _ = try pair.toServer() }
        try pair.client.send([7, 8, 9], on: urgent)
        pair.client.ping(5)
        pair.serverEvents.removeAll()
        // One frame may have been begun before.
        for _ in 0..<3 { _ = try pair.toServer() }
        #expect(pair.serverEvents.contains(.ping))
        #expect(SessionPair.body(pair.serverEvents, urgent) == [7, 8, 9])
        #expect(bulk.reduce(0) { $0 + pair.client.waitingBytes(of: $1) } > 1 << 19)
    }

    @Test func aPingIsAnswered() throws {
        let pair = try SessionPair()
        pair.server.ping(0x0123_4567_89AB_CDEF)
        try pair.settle()
        #expect(pair.serverEvents == [.pong(0x0123_4567_89AB_CDEF)])
        #expect(pair.clientEvents == [.ping])
    }

    @Test func whoGoesAwayFinishesWhatIsOpen() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(SessionPair.post)
        try pair.settle()
        pair.server.goAway()
        try pair.settle()
        #expect(pair.clientEvents == [.goingAway(.none)])
        #expect(throws: HTTP2Failure.self) { try pair.client.open(SessionPair.get, ends: true) }
        try pair.client.send([1], on: id, ends: true)
        try pair.server.respond(id, SessionPair.ok, ends: true)
        try pair.settle()
        #expect(pair.clientEvents.last == .closed(id, .none))
    }

    @Test func aTerminatedSessionIsOver() throws {
        let pair = try SessionPair()
        _ = try pair.client.open(SessionPair.post)
        try pair.settle()
        pair.client.terminate()
        try pair.settle()
        #expect(pair.client.isOver)
        #expect(pair.serverEvents.contains(.goingAway(.none)))
    }

    @Test func bytesMayComeOneByOne() throws {
        let client = HTTP2Session(.client)
        let server = HTTP2Session(.server)
        let id = try client.open(SessionPair.post)
        try client.send([9, 8, 7], on: id, ends: true)
        var bytes: [UInt8] = []
        client.takeOutput(into: &bytes)
        var events: [HTTP2Event] = []
        for byte in bytes { events += try server.receive([byte]) }
        #expect(events.first == .request(id, SessionPair.post))
        #expect(SessionPair.body(events, id) == [9, 8, 7])
        #expect(events.last == .ended(id))
    }
}
