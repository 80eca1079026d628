import Model
import TLS
import Testing

@Suite struct CertificateTests {
    @Test func mintedCertificatesSayWhatTheyWereMadeFor() throws {
        let noon = try #require(Timestamp("2026-06-01T12:00:00Z"))
        let authority = try Authority(
            now: noon, days: 90, names: ["fledx.example", "192.0.2.7", "2001:db8::1"])
        let leaf = authority.leaf.certificate
        #expect(leaf.names == ["192.0.2.7", "2001:db8::1", "fledx.example"])
        #expect(leaf.subject == "CN=fledx.example")
        #expect(leaf.notAfter == Timestamp("2026-08-30T12:00:00Z"))
        #expect(leaf.notBefore == Timestamp("2026-06-01T11:00:00Z"))
        #expect(!leaf.isAuthority)
        #expect(authority.certificate.isAuthority)
        #expect(authority.leaf.chain.count == 2)
    }

    @Test func pemIsReadAsItWasWritten() throws {
        let authority = try Authority.shared.get()
        let pem = authority.leaf.chain.flatMap(\.pem)
        let read = try Certificate.read(pem: Array("a comment\n".utf8) + pem, subject: "server.pem")
        #expect(read.map(\.fingerprint) == authority.leaf.chain.map(\.fingerprint))
        let key = try PrivateKey(pem: authority.leaf.key.pem, subject: "server.key")
        _ = try TLSIdentity(chain: read, key: key, subject: "server.pem and server.key")
    }

    @Test func damagedFilesAreNamedWithWhatIsWrong() throws {
        let authority = try Authority.shared.get()
        let pem = authority.certificate.pem
        #expect(
            text { _ = try Certificate.read(pem: Array("hello".utf8), subject: "a.pem") }
                == "a.pem has no PEM certificate in it")
        #expect(
            text { _ = try Certificate.read(pem: [], subject: "a.pem") }
                == "a.pem has no PEM certificate in it")
        let cut = Array(pem[..<(pem.count / 2)]) + Array("\n-----END CERTIFICATE-----\n".utf8)
        #expect(
            text { _ = try Certificate.read(pem: cut, subject: "a.pem") }?.hasPrefix("a.pem has a damaged")
                == true)
        #expect(
            text { _ = try PrivateKey(pem: pem, subject: "a.key") } == "a.key has no PEM private key in it")
        #expect(
            text { _ = try PrivateKey(pem: Array(Self.encryptedKey.utf8), subject: "a.key") }
                == "a.key is encrypted; write it without a password (openssl pkey)")
        let other = try PrivateKey.makeP256()
        #expect(
            text {
                _ = try TLSIdentity(chain: [authority.certificate], key: other, subject: "a.pem and a.key")
            }
                == "a.pem and a.key: the key is not the one of the first certificate (CN=test authority)")
    }

    @Test func fingerprintsAreReadInEveryUsualSpelling() throws {
        let fingerprint = try Authority.shared.get().certificate.fingerprint
        let digits = Hex.encode(fingerprint.bytes)
        let pairs = stride(from: 0, to: 64, by: 2).map { Array(digits.uppercased())[$0...($0 + 1)] }
        let colons = pairs.map { String($0) }.joined(separator: ":")
        for text in [
            digits, digits.uppercased(), colons, "sha256:\(digits)", "SHA256:\(colons)", "\(fingerprint)",
        ] {
            #expect(Fingerprint(text) == fingerprint, "\(text)")
        }
        for text in ["", "sha256:", String(digits.dropLast()), "\(digits)0", "sha1:\(digits)"] {
            #expect(Fingerprint(text) == nil, "\(text)")
        }
    }

    @Test func namesHaveOneSpelling() {
        #expect(Certificate.usualName("Example.COM") == "example.com")
        #expect(Certificate.usualName("2001:DB8:0:0:0:0:0:1") == "2001:db8::1")
        #expect(Certificate.usualName("127.0.0.1") == "127.0.0.1")
    }

    @Test func certificatesForNothingAreNotMade() throws {
        let authority = try Authority.shared.get().identity
        for names in [[], ["not a name,IP:1.2.3.4"], [""]] {
            #expect(
                text { _ = try CertificateMint.leaf(names: names, signedBy: authority, now: Authority.now) }
                    != nil)
        }
    }

    private func text(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static let encryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj7OwpI/ke2CwICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKA7OhB2935rMOGAVTacIlAEgZAo
        j5WgR0bZZ6xXdg/4cnn5UhVNsLsVhciAKluz1+0jMmhFlc4letn9nxiKKIJFEV7d
        TsmN7sP1Kj7CPY8hV2qmdWeUGCTA+Ya+eyFiGd40PARUmXtZ+QiXRb6DlOdAQ2tx
        CBNRqlwpTBzcRm7BEnZw42RcI641fDZ4vaDKwIrbo7WRT71jP9qEu2hrbi/kDns=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
