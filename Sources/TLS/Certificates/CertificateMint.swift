internal import COpenSSL
public import Model

/// Makes certificates on P-256: an authority of one's own, and certificates signed by it.
public enum CertificateMint {
    /// Makes an authority that signs itself.
    ///
    /// - Parameters:
    ///   - name: The common name.
    ///   - now: Valid from an hour before, for clocks that are behind.
    /// - Returns: The certificate and its key.
    /// - Throws: When OpenSSL cannot make one.
    public static func authority(name: String, now: Timestamp) throws(TLSFailure) -> TLSIdentity {
        let key = try PrivateKey.makeP256()
        let draft = try CertificateDraft(name: name, now: now, days: TLSLimits.authorityDays, key: key)
        try draft.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: draft.x509)
        try draft.add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: draft.x509)
        try draft.add(NID_subject_key_identifier, "hash", issuer: draft.x509)
        let certificate = try draft.signed(issuer: draft.x509, by: key)
        return try TLSIdentity(chain: [certificate], key: key, subject: "the new authority")
    }

    /// Makes a certificate for a server or client of these names.
    ///
    /// - Parameters:
    ///   - names: Host names and addresses; others than these two are skipped.
    ///   - authority: Signs it.
    ///   - now: Valid from an hour before.
    ///   - days: Valid for so long.
    /// - Returns: The certificate with its authority behind it, and its key.
    /// - Throws: When there is no usable name, or OpenSSL cannot make one.
    public static func leaf(
        names: [String], signedBy authority: TLSIdentity, now: Timestamp, days: Int64? = nil
    ) throws(TLSFailure) -> TLSIdentity {
        let alternatives = names.prefix(TLSLimits.names).compactMap(alternative)
        guard let first = names.first, !alternatives.isEmpty else {
            throw TLSFailure(.unreadable, "a certificate needs a host name or an address")
        }
        let key = try PrivateKey.makeP256()
        let draft = try CertificateDraft(name: first, now: now, days: days ?? TLSLimits.leafDays, key: key)
        let issuer = authority.certificate.x509
        try draft.add(NID_basic_constraints, "critical,CA:FALSE", issuer: issuer)
        try draft.add(NID_key_usage, "critical,digitalSignature", issuer: issuer)
        try draft.add(NID_ext_key_usage, "serverAuth,clientAuth", issuer: issuer)
        try draft.add(NID_subject_key_identifier, "hash", issuer: issuer)
        try draft.add(NID_authority_key_identifier, "keyid", issuer: issuer)
        try draft.add(NID_subject_alt_name, alternatives.joined(separator: ","), issuer: issuer)
        let certificate = try draft.signed(issuer: issuer, by: authority.key)
        return try TLSIdentity(
            chain: [certificate, authority.certificate], key: key, subject: "the new certificate")
    }

    /// One name in OpenSSL's notation; nil for what is neither a host name nor an address.
    private static func alternative(_ name: String) -> String? {
        if Certificate.isAddress(name) { return "IP:\(name)" }
        let isName = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
                || $0 == 0x2A
        }
        return isName && !name.isEmpty && name.utf8.count <= 253 ? "DNS:\(name)" : nil
    }
}
