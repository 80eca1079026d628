import HTTP2
import Testing

/// What a peer may not do, and that it costs this side little.
@Suite struct HostilePeerTests {
    private static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8]
    {
        let count = payload.count
        return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
            + (0..<4).map { UInt8(stream >> (24 - 8 * $0) & 255) } + payload
    }
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])
    private static func ping(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { _ in frame(6, 0, 0, [UInt8](repeating: 1, count: 8)) }
    }

    @Test func onlyThePrefaceBeginsASession() throws {
        let server = HTTP2Session(.server)
        #expect(throws: HTTP2Failure.self) {
            _ = try server.receive(Array("GET / HTTP/1.1\r\nhost: a\r\n\r\n".utf8))
        }
        #expect(server.isOver)
    }

    @Test func pingsThatNobodyReadsEndTheSession() throws {
        let server = HTTP2Session(.server)
        _ = try server.receive(Self.preface)
        #expect(throws: HTTP2Failure.self) { _ = try server.receive(Self.ping(200)) }
        #expect(server.failure?.code == .flooded)
    }

    @Test func pingsThatAreReadEndTheSessionToo() throws {
        let server = HTTP2Session(.server)
        _ = try server.receive(Self.preface)
        var sent = 0
        var code: HTTP2Failure.Code?
        while sent < 5_000, code == nil {
            do {
                _ = try server.receive(Self.ping(10), atMilliseconds: 1)
                sent += 10
            } catch { code = error.code }
            var output: [UInt8] = []
            server.takeOutput(into: &output)
        }
        #expect(code == .flooded)
        #expect(sent <= server.limits.idleFrames)
    }

    @Test func pingsOverALongTimeAreFine() throws {
        let server = HTTP2Session(.server)
        _ = try server.receive(Self.preface)
        for second in 0..<3_000 {
            _ = try server.receive(Self.ping(1), atMilliseconds: Int64(second) * 1_000)
            var output: [UInt8] = []
            server.takeOutput(into: &output)
        }
        #expect(server.failure == nil)
    }

    @Test func settingsFloodEndsTheSession() throws {
        let server = HTTP2Session(.server)
        _ = try server.receive(Self.preface)
        let flood = (0..<500).flatMap { _ in Self.frame(4, 0, 0, [0, 4, 0, 1, 0, 0]) }
        #expect(throws: HTTP2Failure.self) { _ = try server.receive(flood) }
    }

    @Test func rapidResetEndsTheSession() throws {
        let pair = try SessionPair()
        var code: HTTP2Failure.Code?
        for _ in 0..<20 where code == nil {
            do {
                for _ in 0..<100 {
                    let id = try pair.client.open(SessionPair.get, ends: true)
                    _ = try pair.toServer()
                    pair.client.reset(id, .cancelled)
                    _ = try pair.toServer()
                    pair.serverEvents.removeAll()
                }
                try pair.settle()
            } catch let failure as HTTP2Failure { code = failure.code }
        }
        #expect(code == .flooded || pair.server.failure?.code == .flooded)
        #expect(pair.server.streamCount <= 1)
    }

    @Test func resetsOfWhatWasAnsweredAreNoFlood() throws {
        let pair = try SessionPair()
        for _ in 0..<3_000 {
            let id = try pair.client.open(SessionPair.get, ends: true)
            try pair.settle()
            try pair.server.respond(id, SessionPair.ok)
            try pair.settle()
            pair.client.reset(id, .cancelled)
            try pair.settle()
            pair.serverEvents.removeAll()
            pair.clientEvents.removeAll()
        }
        #expect(pair.server.failure == nil && pair.client.failure == nil)
        #expect(pair.server.streamCount == 0)
    }

    @Test func aClientIsNotFloodedByResetsOfItsOwnStreams() throws {
        let pair = try SessionPair()
        for _ in 0..<3_000 {
            let id = try pair.client.open(SessionPair.post)
            try pair.settle()
            pair.server.reset(id, .refused)
            try pair.settle()
            pair.serverEvents.removeAll()
            pair.clientEvents.removeAll()
        }
        #expect(pair.client.failure == nil)
    }

    @Test func emptyDataFramesEndTheSession() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(SessionPair.post)
        try pair.settle()
        let empty = Self.frame(0, 0, UInt32(id), [])
        #expect(throws: HTTP2Failure.self) {
            for _ in 0..<2_000 { _ = try pair.server.receive(empty) }
        }
        #expect(pair.server.failure?.code == .flooded)
    }

    @Test func aHeaderBlockThatIsTooLargeClosesItsStream() throws {
        let pair = try SessionPair()
        let bomb = (0..<40).map { HTTP2Field("x-field-\($0)", String(repeating: "a", count: 1_000)) }
        let id = try pair.client.open(SessionPair.get + bomb, ends: true)
        try pair.settle()
        #expect(!pair.serverEvents.contains(.request(id, SessionPair.get + bomb)))
        #expect(pair.server.streamCount == 0)
        let next = try pair.client.open(SessionPair.get, ends: true)
        try pair.settle()
        #expect(pair.serverEvents.contains(.request(next, SessionPair.get)))
    }

    @Test func anEndlessHeaderBlockEndsTheSession() throws {
        let server = HTTP2Session(.server)
        _ = try server.receive(Self.preface)
        #expect(throws: HTTP2Failure.self) {
            _ = try server.receive(Self.frame(1, 0, 1, [0x82]))
            for _ in 0..<100 { _ = try server.receive(Self.frame(9, 0, 1, [])) }
        }
    }

    @Test func moreStreamsThanAllowedAreRefused() throws {
        var limits = HTTP2Limits()
        limits.streams = 4
        let pair = try SessionPair(server: limits)
        for _ in 0..<4 { _ = try pair.client.open(SessionPair.post) }
        try pair.settle()
        #expect(throws: HTTP2Failure.self) { try pair.client.open(SessionPair.post) }
        #expect(pair.server.streamCount == 4)
    }

    @Test func aFullSessionRefusesNewStreamsAndGoesOnWithTheOld() throws {
        var limits = HTTP2Limits()
        limits.bufferedBytes = 1 << 14
        let pair = try SessionPair(server: limits)
        let first = try pair.client.open(SessionPair.post)
        try pair.client.send([UInt8](repeating: 1, count: 1 << 15), on: first)
        try pair.settle()
        let second = try pair.client.open(SessionPair.post)
        try pair.settle()
        #expect(pair.clientEvents.last == .closed(second, .refused))
        pair.server.consumed(1 << 14, on: first)
        try pair.settle()
        #expect(SessionPair.body(pair.serverEvents, first).count == 1 << 15)
        pair.server.consumed(1 << 14, on: first)
        let third = try pair.client.open(SessionPair.post)
        try pair.settle()
        #expect(pair.serverEvents.last == .request(third, SessionPair.post))
    }

    @Test func bytesWithoutCreditBreakTheSession() throws {
        let pair = try SessionPair()
        let id = try pair.client.open(SessionPair.post)
        try pair.settle()
        let piece = Self.frame(0, 0, UInt32(id), [UInt8](repeating: 1, count: 16_384))
        _ = try pair.server.receive(piece)
        _ = try pair.server.receive(piece)
        _ = try? pair.settle()
        #expect(pair.server.isOver || pair.server.streamCount == 0)
        #expect(pair.server.bufferedBytes <= 1 << 15)
    }

    @Test func noiseNeverCrashes() throws {
        var word: UInt64 = 42
        for _ in 0..<500 {
            let server = HTTP2Session(.server)
            _ = try server.receive(Self.preface)
            let noise = (0..<200).map { _ -> UInt8 in
                word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: word >> 33)
            }
            _ = try? server.receive(Self.frame(noise[0] % 10, noise[1], UInt32(noise[2] % 4), noise))
            var output: [UInt8] = []
            server.takeOutput(into: &output)
        }
    }
}
