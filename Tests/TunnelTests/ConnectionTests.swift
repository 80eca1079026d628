import EventLoop
import HTTP2
import TestKit
import Testing
import Tunnel

@Suite(.onLoop) struct ConnectionTests {
    @Test @LoopActor func anEchoOfManyMegabytesArrivesWhole() async throws {
        try await TunnelPair.with({ _, agent in agent.onRequest = Self.echo }) { pair in
            let stream = try pair.plane.open(TunnelPair.post)
            let piece = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let writing = StreamTask.start {
                do {
                    for _ in 0..<128 { try await stream.write(piece) }
                    stream.finish()
                } catch { Issue.record("\(error)") }
            }
            #expect(try await stream.response()[":status"] == "200")
            var total = 0
            while let bytes = try await stream.next() {
                for (offset, byte) in bytes.enumerated() where byte != piece[(total + offset) % piece.count] {
                    Issue.record("byte \(total + offset) is wrong")
                    return
                }
                total += bytes.count
            }
            await writing.value
            #expect(total == 128 * 65_536)
            #expect(pair.agent.bufferedBytes == 0)
        }
    }

    @Test @LoopActor func aStalledReaderStallsItselfOnly() async throws {
        try await TunnelPair.with({ _, agent in agent.onRequest = Self.flood }) { pair in
            // Before the peer's first words came, 100 streams are allowed.
            let live = try pair.plane.open(TunnelPair.get, ends: true)
            _ = try await live.response()
            var stalled: [TunnelStream] = []
            for _ in 0..<128 { stalled.append(try pair.plane.open(TunnelPair.get, ends: true)) }
            for stream in stalled { _ = try await stream.response() }
            var total = 0
            while total < 8 << 20, let bytes = try await live.next(deadlineMilliseconds: 30_000) {
                total += bytes.count
            }
            #expect(total >= 8 << 20)
            #expect(pair.plane.bufferedBytes <= 4 << 20)
            for stream in stalled { stream.reset() }
            live.reset()
            try await Self.eventually { pair.agent.streamCount == 0 }
        }
    }

    @Test @LoopActor func whoResetsAStreamCancelsItsHandler() async throws {
        let cancelled = Gate()
        var isCancelled = false
        try await TunnelPair.with({ _, agent in
            agent.onRequest = { stream in
                StreamTask.serve(stream) {
                    stream.respond(TunnelPair.ok)
                    do { try await LoopActor.sleep(milliseconds: 60_000) } catch {
                        isCancelled = true
                        cancelled.changed()
                        throw error
                    }
                }
            }
        }) { pair in
            let stream = try pair.plane.open(TunnelPair.get, ends: true)
            _ = try await stream.response()
            stream.reset()
            try await cancelled.until(deadlineMilliseconds: 10_000) { isCancelled }
        }
    }

    @Test @LoopActor func theEndOfTheConnectionEndsEveryStream() async throws {
        try await TunnelPair.with({ _, agent in agent.onRequest = Self.flood }) { pair in
            let stream = try pair.plane.open(TunnelPair.get, ends: true)
            _ = try await stream.response()
            pair.agent.close(TunnelFailure(.closed, "on purpose"))
            await #expect(throws: TunnelFailure.self) {
                while try await stream.next(deadlineMilliseconds: 10_000) != nil {}
            }
            try await Self.eventually { !pair.plane.isOpen }
        }
    }

    @Test @LoopActor func aPingTellsTheRoundTrip() async throws {
        var trips: [UInt64] = []
        let gate = Gate()
        try await TunnelPair.with({ _, agent in
            agent.onRoundTrip = {
                trips.append($0)
                gate.changed()
            }
        }) { pair in
            pair.agent.ping()
            try await gate.until(deadlineMilliseconds: 10_000) { !trips.isEmpty }
            #expect(trips[0] < 10_000_000_000)
        }
    }

    @Test @LoopActor func aPeerThatAnswersNothingIsGivenUp() async throws {
        let (near, far, listener) = try await TunnelPair.sockets()
        var failure: TunnelFailure?
        let gate = Gate()
        let agent = TunnelConnection(near, .server, limits: .small)
        agent.onClosed = {
            failure = $0
            gate.changed()
        }
        agent.start()
        agent.keepAlive(intervalMilliseconds: 50, timeoutMilliseconds: 200)
        try await gate.until(deadlineMilliseconds: 10_000) { failure != nil }
        #expect(failure?.code == .silent)
        #expect(!agent.isOpen)
        far.close()
        listener.close()
        await LoopActor.pass()
    }

    @Test @LoopActor func aSilentAgentIsGivenUp() async throws {
        let (near, far, listener) = try await TunnelPair.sockets()
        var failure: TunnelFailure?
        let gate = Gate()
        let plane = TunnelConnection(near, .client)
        plane.onClosed = {
            failure = $0
            gate.changed()
        }
        plane.start()
        plane.expectLife(withinMilliseconds: 200)
        try await gate.until(deadlineMilliseconds: 10_000) { failure != nil }
        #expect(failure?.code == .silent)
        far.close()
        listener.close()
        await LoopActor.pass()
    }

    @Test @LoopActor func aSocketIsBridgedBothWaysWithItsEnds() async throws {
        try await Self.withBridge { pair, stream, near, far in
            let outside = ByteChannel(near)
            try await stream.write(Array("question".utf8))
            stream.finish()
            #expect(try await outside.read(exactly: 8) == Array("question".utf8))
            #expect(try await outside.read() == nil)
            try await outside.write("answer")
            outside.finish()
            #expect(try await stream.collect(limit: 100) == Array("answer".utf8))
            try await Self.eventually { pair.agent.streamCount == 0 && !far.isOpen }
            outside.close()
        }
    }

    @Test @LoopActor func whatCameBeforeAResetIsPassedOn() async throws {
        let answer = [UInt8](repeating: 7, count: 3 * HTTP2Limits().firstWindowBytes)
        try await Self.withBridge { pair, stream, near, far in
            // It leaves bytes unread, so that its close resets the connection.
            let outside = ByteChannel(near, limitBytes: 1)
            try await stream.write(Array("question".utf8))
            try await Self.eventually { outside.bufferedBytes > 0 }
            try await stream.write(Array(", more".utf8))
            try await Self.eventually { far.takenBytes == "question, more".utf8.count }
            try await outside.write(answer)
            try await Self.eventually { pair.agent.sentBytes > HTTP2Limits().firstWindowBytes }
            outside.close()
            try await Self.eventually { !far.isOpen }
            var count = 0
            while let bytes = try? await stream.next() { count += bytes.count }
            #expect(count == answer.count)
            try await Self.eventually { pair.agent.streamCount == 0 }
        }
    }

    @Test @LoopActor func anEarlyAnswerArrivesThoughNobodyReadsTheRest() async throws {
        // As much as the kernel takes at once: what waits there to be sent goes with the connection.
        let answer = [UInt8](repeating: 7, count: 3 * HTTP2Limits().firstWindowBytes)
        for _ in 0..<10 {
            try await Self.withBridge { pair, stream, near, far in
                let outside = ByteChannel(near, limitBytes: 1)
                let upload = StreamTask.start {
                    // It ends with the stream.
                    while (try? await stream.write([UInt8](repeating: 1, count: 100_000))) != nil {}
                }
                try await outside.write(answer)
                outside.close()
                var count = 0
                while let bytes = try? await stream.next() { count += bytes.count }
                #expect(count == answer.count)
                await upload.value
                try await Self.eventually { pair.agent.streamCount == 0 && !far.isOpen }
            }
        }
    }

    @Test @LoopActor func aClientThatBreaksOffWhileItsBytesWaitIsMissed() async throws {
        try await Self.withBridge(isClient: true) { pair, stream, near, far in
            // Nobody reads the stream, so nobody reads the socket in the end.
            near.maximumQueuedBytes = .max
            near.write([UInt8](repeating: 7, count: 16 << 20))
            try await Self.eventually { !far.isReading }
            // It leaves bytes unread, so that its close resets the connection.
            try await stream.write(Array("question".utf8))
            try await Self.eventually { far.takenBytes == "question".utf8.count }
            near.close()
            try await Self.eventually { !far.isOpen && pair.agent.streamCount == 0 }
        }
    }

    @Test @LoopActor func whoLeavesIsHeardToTheEnd() async throws {
        var words: [UInt8] = []
        try await TunnelPair.with({ _, agent in
            agent.onRequest = { stream in
                StreamTask.serve(stream) {
                    stream.respond(TunnelPair.ok)
                    guard stream.request[":method"] == "GET" else {
                        words = try await stream.collect(limit: 100_000)
                        return
                    }
                    // Bytes that nobody has read when the plane leaves would reset the connection.
                    while true { try await stream.write([UInt8](repeating: 7, count: 16_384)) }
                }
            }
        }) { pair in
            let talk = try pair.plane.open(TunnelPair.get, ends: true)
            _ = try await talk.response()
            let last = try pair.plane.open(TunnelPair.post)
            try last.writeNow([UInt8](repeating: 3, count: 10_000))
            last.finish()
            pair.plane.leave(TunnelFailure(.closed, "on purpose"))
            #expect(!pair.plane.isOpen)
            try await Self.eventually { words.count == 10_000 }
            await pair.plane.left()
        }
    }

    @Test @LoopActor func whatWaitsInASessionIsBounded() async throws {
        try await TunnelPair.with({ _, agent in agent.onRequest = Self.flood }) { pair in
            let first = try pair.plane.open(TunnelPair.get, ends: true)
            _ = try await first.response()
            var stalled = [first]
            for _ in 0..<200 { stalled.append(try pair.plane.open(TunnelPair.get, ends: true)) }
            for stream in stalled { _ = try await stream.response() }
            let bound = HTTP2Limits.small.bufferedBytes + 201 * 2 * TunnelLimits.pieceBytes
            #expect(pair.agent.waitingBytes <= bound, "\(pair.agent.waitingBytes)")
            #expect(pair.agent.waitingBytes >= 201 * TunnelLimits.pieceBytes)
            for stream in stalled { stream.reset() }
            try await Self.eventually { pair.agent.streamCount == 0 }
            #expect(pair.agent.waitingBytes == 0)
        }
    }

    /// A stream whose other end is a socket: `far`, bridged by the agent, with `near` as its peer.
    @LoopActor private static func withBridge(
        isClient: Bool = false,
        _ test:
            @LoopActor (TunnelPair, TunnelStream, _ near: LoopStream, _ far: LoopStream)
            async throws -> Void
    ) async throws {
        let (near, far, listener) = try await TunnelPair.sockets()
        try await TunnelPair.with({ _, agent in
            agent.onRequest = { stream in
                StreamTask.serve(stream) {
                    stream.respond(TunnelPair.ok)
                    try await StreamBridge.run(far, stream, isClient: isClient)
                }
            }
        }) { pair in
            let stream = try pair.plane.open(
                [HTTP2Field(":method", "CONNECT"), HTTP2Field(":authority", "a:80")])
            _ = try await stream.response()
            try await test(pair, stream, near, far)
        }
        listener.close()
        await LoopActor.pass()
    }

    @LoopActor private static func echo(_ stream: TunnelStream) {
        StreamTask.serve(stream) {
            stream.respond(TunnelPair.ok)
            while let bytes = try await stream.next() { try await stream.write(bytes) }
            stream.finish()
        }
    }

    @LoopActor private static func flood(_ stream: TunnelStream) {
        StreamTask.serve(stream) {
            stream.respond(TunnelPair.ok)
            let piece = [UInt8](repeating: 7, count: 16_384)
            while true { try await stream.write(piece) }
        }
    }

    @LoopActor private static func eventually(_ holds: @LoopActor () -> Bool) async throws {
        let end = EventLoop.hrtimeNanoseconds + 10_000_000_000
        while !holds() {
            guard EventLoop.hrtimeNanoseconds < end else { return #expect(Bool(false), "never became true") }
            await LoopActor.pass()
        }
    }
}
