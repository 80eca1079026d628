public import Model

/// Why a certificate, a key or a TLS connection cannot be used, in words an operator can act on.
public struct TLSFailure: CausedError, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure a caller can tell apart.
    public enum Code: String, Sendable, CaseIterable {
        /// A file or text is not what it should be.
        case unreadable
        /// The key belongs to another certificate.
        case keyMismatch = "key_mismatch"
        /// The peer's certificate is signed by nobody this side trusts.
        case unknownAuthority = "unknown_authority"
        /// A certificate's time is over.
        case expired
        /// A certificate's time has not come, or this machine's clock is wrong.
        case notYetValid = "not_yet_valid"
        /// The certificate is for other names.
        case nameMismatch = "name_mismatch"
        /// The certificate fails the check for another reason.
        case certificateRefused = "certificate_refused"
        /// The peer must show a certificate and does not.
        case certificateMissing = "certificate_missing"
        /// Both sides have no protocol version, cipher or application protocol in common.
        case nothingInCommon = "nothing_in_common"
        /// The peer broke the handshake off with an alert.
        case alert
        /// The peer does not speak TLS.
        case notTLS = "not_tls"
        /// The connection ended without TLS saying so: what came may be cut off.
        case truncated
        /// Anything else that breaks the protocol.
        case protocolError = "protocol_error"
    }

    /// The kind.
    public let code: Code
    /// What happened and to what.
    public let detail: String

    /// States a failure.
    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// Failures of this type start with themselves.
    public var cause: (any Error)? { nil }
    /// The sentence.
    public var description: String { detail }
}
