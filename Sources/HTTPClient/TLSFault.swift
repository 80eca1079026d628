/// What a TLS connection failed for, as far as that can be told.
public enum TLSFault: String, Sendable, CaseIterable {
    /// The peer's certificate is signed by nobody this side trusts.
    case unknownAuthority = "unknown_authority"
    /// The peer's certificate has expired.
    case expired
    /// The peer's certificate is not valid yet.
    case notYetValid = "not_yet_valid"
    /// The peer's certificate is for other names.
    case nameMismatch = "name_mismatch"
    /// The file with authorities cannot be used.
    case authorityFile = "authority_file"
    /// The own certificate or its key cannot be used.
    case ownCertificate = "own_certificate"
    /// The peer does not speak TLS.
    case plainPeer = "plain_peer"
    /// The peer broke off with an alert, most often because it demands a certificate.
    case refusedByPeer = "refused_by_peer"

    /// What to do about it.
    ///
    /// - Parameters:
    ///   - authoritySetting: The setting that names whom to trust.
    ///   - certificateSetting: The setting that names the own certificate.
    /// - Returns: One clause for the end of an error.
    public func advice(authoritySetting: String, certificateSetting: String) -> String {
        switch self {
        case .unknownAuthority:
            "its certificate is signed by nobody trusted here: name its authority with \(authoritySetting)"
        case .expired:
            "its certificate has expired: renew it there (SIGHUP reads it again), or set this machine's clock"
        case .notYetValid: "its certificate is not valid yet: set this machine's clock"
        case .nameMismatch:
            "its certificate is for other names: use one of those in the URL, or have it made for this one"
        case .authorityFile: "the file with authorities cannot be used: check \(authoritySetting)"
        case .ownCertificate: "the own certificate or its key cannot be used: check \(certificateSetting)"
        case .plainPeer: "nobody speaks TLS there: write http:// in the URL, or turn TLS on there"
        case .refusedByPeer:
            "it broke the handshake off: if it demands certificates, set \(certificateSetting)"
        }
    }
}
