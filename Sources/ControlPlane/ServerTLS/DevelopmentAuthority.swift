import EventLoop
import Model
import TLS

/// An authority of the control plane's own, kept beside the database, and the certificate it gave the listener.
///
/// `<database>.ca.key` holds the authority with its key and is the truth, `<database>.ca.pem` is its certificate alone
/// for whoever shall trust it, `<database>.tls.pem` holds the listener's chain and key. Each is replaced as a whole.
struct DevelopmentAuthority {
    /// What a listener needs.
    struct Made {
        let authority: Certificate
        let leaf: TLSIdentity
    }

    let keyPath: String
    let certificatePath: String
    let leafPath: String

    init(database: String) {
        keyPath = "\(database).ca.key"
        certificatePath = "\(database).ca.pem"
        leafPath = "\(database).tls.pem"
    }

    /// Reads what is there and makes what is missing, nearly over, or for other names.
    func identity(names: [String], now: Timestamp) throws -> Made {
        let authority = try authority(now: now)
        let leaf = try leaf(names: names, signedBy: authority, now: now)
        return Made(authority: authority.certificate, leaf: leaf)
    }

    private func authority(now: Timestamp) throws -> TLSIdentity {
        let authority: TLSIdentity
        if let kept = try kept(keyPath) {
            authority = kept
        } else {
            authority = try CertificateMint.authority(name: "fledx authority", now: now)
            try write(keyPath, authority, mode: 0o600)
        }
        let pem = authority.certificate.pem
        if try FileIO.readIfPresent(certificatePath, limitBytes: TLSLimits.fileBytes) != pem {
            try save(certificatePath, pem, mode: 0o644)
        }
        return authority
    }

    private func leaf(names: [String], signedBy authority: TLSIdentity, now: Timestamp) throws -> TLSIdentity
    {
        if let kept = try kept(leafPath), isFit(kept, names, authority, now) { return kept }
        let leaf = try CertificateMint.leaf(names: names, signedBy: authority, now: now)
        try write(leafPath, leaf, mode: 0o600)
        return leaf
    }

    private func isFit(_ leaf: TLSIdentity, _ names: [String], _ authority: TLSIdentity, _ now: Timestamp)
        -> Bool
    {
        let renewal = leaf.certificate.notAfter.milliseconds - TLSLimits.renewalDays * 86_400_000
        return leaf.chain.last?.fingerprint == authority.certificate.fingerprint && now.milliseconds < renewal
            && Set(names.map(Certificate.usualName)).isSubset(of: leaf.certificate.names)
    }

    /// Certificates and key of one file; nil when there is no file.
    private func kept(_ path: String) throws -> TLSIdentity? {
        do {
            guard let bytes = try FileIO.readIfPresent(path, limitBytes: TLSLimits.fileBytes) else {
                return nil
            }
            return try TLSIdentity(
                chain: try Certificate.read(pem: bytes, subject: path),
                key: try PrivateKey(pem: bytes, subject: path), subject: path)
        } catch {
            throw StartFailure(
                "\(path) cannot be used; put it back as it was, or remove it to have a new one made",
                cause: error)
        }
    }

    private func write(_ path: String, _ identity: TLSIdentity, mode: UInt32) throws {
        try save(path, identity.chain.flatMap(\.pem) + identity.key.pem, mode: mode)
    }

    private func save(_ path: String, _ bytes: [UInt8], mode: UInt32) throws {
        do {
            try FileIO.writeDurably(path, bytes, mode: mode)
        } catch {
            throw StartFailure("cannot write \(path)", cause: error)
        }
    }
}
