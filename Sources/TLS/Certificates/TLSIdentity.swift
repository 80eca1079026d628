/// A certificate chain with the key of its first certificate: what one side shows the other.
public struct TLSIdentity: Sendable {
    /// The own certificate first, then those between it and the authority.
    public let chain: [Certificate]
    /// The key of the first certificate.
    public let key: PrivateKey

    /// Puts both together.
    ///
    /// - Parameters:
    ///   - chain: At least one certificate, the own one first.
    ///   - key: Must be the first certificate's.
    ///   - subject: What they are, for the error.
    /// - Throws: When the key is another one's.
    public init(chain: [Certificate], key: PrivateKey, subject: String) throws(TLSFailure) {
        guard let own = chain.first else {
            throw TLSFailure(.unreadable, "\(subject): a certificate is missing")
        }
        guard own.matches(key) else {
            throw TLSFailure(
                .keyMismatch, "\(subject): the key is not the one of the first certificate (\(own.subject))")
        }
        self.chain = chain
        self.key = key
    }

    /// The own certificate.
    public var certificate: Certificate { chain[0] }
}
