import EventLoop
import Model
import TLS

/// A client's and a server's session and the bytes between them, in memory.
final class Pair {
    let client: TLSSession
    let server: TLSSession
    var receivedByServer: [UInt8] = []
    var receivedByClient: [UInt8] = []

    init(client: TLSSession, server: TLSSession) {
        self.client = client
        self.server = server
    }

    convenience init(
        _ client: TLSContext, _ server: TLSContext, host: String = "localhost",
        resuming: TLSResumption? = nil
    ) throws {
        self.init(
            client: try TLSSession(client: client, host: host, resuming: resuming),
            server: TLSSession(server: server, peer: "the client"))
    }

    /// Carries bytes to and fro until nobody has any; in pieces, because networks cut where they like.
    func run(pieceBytes: Int = 1_000_000) {
        while !client.output.isEmpty || !server.output.isEmpty {
            carry(from: client, to: server, pieceBytes) { receivedByServer += $0 }
            carry(from: server, to: client, pieceBytes) { receivedByClient += $0 }
        }
    }

    func write(_ text: String, from session: TLSSession) {
        session.write(Array(text.utf8))
    }

    func give(_ bytes: [UInt8], to session: TLSSession, _ deliver: ([UInt8]) -> Void = { _ in }) {
        session.receive(bytes) {
            deliver($0)
            return true
        }
    }

    private func carry(
        from: TLSSession, to: TLSSession, _ pieceBytes: Int, _ deliver: ([UInt8]) -> Void
    ) {
        let bytes = from.output
        from.output = []
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            give(Array(bytes[start..<min(start + pieceBytes, bytes.count)]), to: to, deliver)
        }
    }
}

/// An authority with a certificate for localhost, made once.
struct Authority {
    static let now = SystemTimeSource().now().wall
    static let shared = Result { try Authority() }

    let identity: TLSIdentity
    let leaf: TLSIdentity

    init(
        now: Timestamp = Authority.now, days: Int64? = nil,
        names: [String] = ["localhost", "127.0.0.1", "::1"]
    ) throws {
        identity = try CertificateMint.authority(name: "test authority", now: now)
        leaf = try CertificateMint.leaf(names: names, signedBy: identity, now: now, days: days)
    }

    var certificate: Certificate { identity.certificate }
}
