import Model
import TLS
import Testing

/// Two real sessions, memory to memory.
@Suite struct SessionTests {
    @Test(arguments: [1, 7, 1_000_000]) func handshakeAndDataWorkHoweverTheBytesAreCut(pieceBytes: Int) throws
    {
        let pair = try pair()
        let long = String(repeating: "0123456789", count: 10_000)
        pair.write("early words wait", from: pair.client)
        pair.run(pieceBytes: pieceBytes)
        #expect(pair.client.state == .open)
        #expect(pair.server.state == .open)
        #expect(String(decoding: pair.receivedByServer, as: UTF8.self) == "early words wait")
        pair.write(long, from: pair.server)
        pair.run(pieceBytes: pieceBytes)
        #expect(String(decoding: pair.receivedByClient, as: UTF8.self) == long)
        #expect(pair.client.version == "TLSv1.3")
    }

    @Test func bothSidesAgreeOnTheServersFavouriteProtocol() throws {
        let pair = try pair(protocols: ["h2", "http/1.1"], offered: ["http/1.1", "h2"])
        pair.run()
        #expect(pair.client.chosenProtocol == "h2")
        #expect(pair.server.chosenProtocol == "h2")
    }

    @Test func aClientWithForeignProtocolsIsRefused() throws {
        let pair = try pair(protocols: ["http/1.1"], offered: ["imap"])
        pair.run()
        #expect(code(pair.server) == .nothingInCommon)
        #expect(code(pair.client) == .alert)
    }

    @Test func aSecondConnectionResumesTheFirst() throws {
        let (client, server) = try contexts()
        let first = try Pair(client, server)
        first.run()
        #expect(!first.client.isResumed)
        let resumption = try #require(first.client.resumption)
        let second = try Pair(client, server, resuming: resumption)
        second.run()
        #expect(second.client.isResumed)
        #expect(second.server.isResumed)
        // Another context has other keys: the ticket is worthless there, and the connection works all the same.
        let third = try Pair(
            client, try TLSContext.server(try Authority.shared.get().leaf), resuming: resumption)
        third.run()
        #expect(third.client.state == .open)
        #expect(!third.client.isResumed)
    }

    @Test func aForeignAuthorityIsNamedUnknown() throws {
        let (_, server) = try contexts()
        let stranger = try Authority()
        let pair = try Pair(try TLSContext.client(authorities: [stranger.certificate]), server)
        pair.run()
        #expect(code(pair.client) == .unknownAuthority)
        #expect(code(pair.server) == .alert)
    }

    @Test func expiredFutureAndForeignCertificatesAreToldApart() throws {
        let past = try Authority(
            now: Timestamp(milliseconds: Authority.now.milliseconds - 1000 * 86_400_000), days: 1)
        #expect(try refusal(past, host: "localhost") == .expired)
        let future = try Authority(now: Timestamp(milliseconds: 4_000_000_000_000), days: 1)
        #expect(try refusal(future, host: "localhost") == .notYetValid)
        let other = try Authority(names: ["elsewhere.example", "192.0.2.1"])
        #expect(try refusal(other, host: "localhost") == .nameMismatch)
        #expect(try refusal(other, host: "127.0.0.1") == .nameMismatch)
    }

    @Test func clientCertificatesAreDemandedAndChecked() throws {
        let authority = try Authority.shared.get()
        let server = try TLSContext.server(authority.leaf, clientAuthorities: [authority.certificate])
        let nobody = try Pair(try TLSContext.client(authorities: [authority.certificate]), server)
        nobody.run()
        #expect(code(nobody.server) == .certificateMissing)
        let stranger = try Authority()
        let foreign = try Pair(
            try TLSContext.client(authorities: [authority.certificate], identity: stranger.leaf), server)
        foreign.run()
        #expect(code(foreign.server) == .unknownAuthority)
        let known = try Pair(
            try TLSContext.client(authorities: [authority.certificate], identity: authority.leaf), server)
        known.run()
        #expect(known.server.state == .open)
        #expect(known.server.peerCertificate?.fingerprint == authority.leaf.certificate.fingerprint)
    }

    @Test func aProperEndIsToldFromACutOne() throws {
        let ended = try pair()
        ended.run()
        ended.write("last", from: ended.client)
        ended.client.close()
        ended.run()
        ended.server.connectionEnded()
        #expect(ended.server.state == .ended)
        #expect(String(decoding: ended.receivedByServer, as: UTF8.self) == "last")
        ended.write("still", from: ended.server)
        let cut = try pair()
        cut.run()
        cut.server.connectionEnded()
        #expect(code(cut.server) == .truncated)
        let early = try pair()
        early.server.connectionEnded()
        #expect(code(early.server) == .truncated)
    }

    @Test func brokenCiphertextFailsTheSessionAndPlainTextIsNoTLS() throws {
        let broken = try pair()
        broken.run()
        broken.write("secret", from: broken.client)
        var bytes = broken.client.output
        broken.client.output = []
        bytes[bytes.count - 1] ^= 1
        broken.give(bytes, to: broken.server)
        #expect(code(broken.server) == .protocolError)
        #expect(broken.receivedByServer.isEmpty)
        let plain = try pair()
        plain.give(Array("GET / HTTP/1.1\r\n\r\n".utf8), to: plain.server)
        #expect(code(plain.server) == .notTLS)
    }

    @Test func unwantedPlaintextWaitsUntilItIsWanted() throws {
        let pair = try pair()
        pair.run()
        for number in 0..<5 { pair.write("record \(number);", from: pair.client) }
        let bytes = pair.client.output
        pair.client.output = []
        var got = ""
        pair.server.receive(bytes, pieceBytes: 9) {
            got += String(decoding: $0, as: UTF8.self)
            return false
        }
        #expect(got == "record 0;")
        while pair.server.hasHeld {
            pair.server.resume(pieceBytes: 9) {
                got += String(decoding: $0, as: UTF8.self)
                return false
            }
        }
        #expect(got == "record 0;record 1;record 2;record 3;record 4;")
    }

    private func contexts(protocols: [String] = [], offered: [String] = []) throws -> (TLSContext, TLSContext)
    {
        let authority = try Authority.shared.get()
        return (
            try TLSContext.client(authorities: [authority.certificate], protocols: offered),
            try TLSContext.server(authority.leaf, protocols: protocols)
        )
    }

    private func pair(protocols: [String] = [], offered: [String] = []) throws -> Pair {
        let (client, server) = try contexts(protocols: protocols, offered: offered)
        return try Pair(client, server)
    }

    private func refusal(_ authority: Authority, host: String) throws -> TLSFailure.Code? {
        let pair = try Pair(
            try TLSContext.client(authorities: [authority.certificate]),
            try TLSContext.server(authority.leaf), host: host)
        pair.run()
        return code(pair.client)
    }

    private func code(_ session: TLSSession) -> TLSFailure.Code? {
        if case .failed(let failure) = session.state { return failure.code }
        return nil
    }
}
