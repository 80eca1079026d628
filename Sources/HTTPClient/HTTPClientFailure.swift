/// Why an HTTP exchange did not come to its end; a response with an error status is no failure.
public struct HTTPClientFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure a caller can tell apart.
    public enum Code: String, Sendable, CaseIterable {
        /// The request cannot be sent as it stands.
        case invalidRequest = "invalid_request"
        /// The host has no address.
        case nameNotResolved = "name_not_resolved"
        /// Nobody listens at the address, or the socket file is missing.
        case connectFailed = "connect_failed"
        /// No connection before the connect deadline.
        case connectTimedOut = "connect_timed_out"
        /// The TLS handshake or the certificate check failed.
        case tlsFailed = "tls_failed"
        /// No response head before its deadline.
        case responseTimedOut = "response_timed_out"
        /// No byte moved for longer than the idle deadline.
        case idleTimedOut = "idle_timed_out"
        /// The exchange took longer than it may in total.
        case totalTimedOut = "total_timed_out"
        /// The connection ended in the middle.
        case connectionLost = "connection_lost"
        /// The peer does not speak HTTP as agreed.
        case badResponse = "bad_response"
        /// The response head is larger than allowed.
        case headTooLarge = "head_too_large"
        /// The response body is larger than allowed.
        case bodyTooLarge = "body_too_large"
        /// The request's body source gave more or less than it declared.
        case bodySourceFailed = "body_source_failed"
        /// Too many transfers are in progress.
        case tooBusy = "too_busy"
        /// The client was closed.
        case closed
        /// libcurl reports something it should not.
        case `internal`
    }

    /// The kind.
    public let code: Code
    /// Method, host and path without the query, for people.
    public let operation: String
    /// What libcurl or we say about it; never bytes of a body.
    public let detail: String
    /// libcurl's own result code, 0 where we decided ourselves.
    public let curlCode: Int32
    /// The system's error number where one was involved, else 0.
    public let systemError: Int32
    /// What TLS failed for, where that can be told.
    public let tlsFault: TLSFault?

    /// States a failure.
    public init(
        code: Code, operation: String, detail: String, curlCode: Int32 = 0, systemError: Int32 = 0,
        tlsFault: TLSFault? = nil
    ) {
        self.code = code
        self.operation = operation
        self.detail = detail
        self.curlCode = curlCode
        self.systemError = systemError
        self.tlsFault = tlsFault
    }

    /// Whether the same request may succeed later without a change.
    public var retryable: Bool {
        switch code {
        case .nameNotResolved, .connectFailed, .connectTimedOut, .responseTimedOut, .idleTimedOut,
            .totalTimedOut,
            .connectionLost, .tooBusy:
            true
        case .invalidRequest, .tlsFailed, .badResponse, .headTooLarge, .bodyTooLarge, .bodySourceFailed,
            .closed,
            .internal:
            false
        }
    }

    /// Whether a deadline passed.
    public var isTimeout: Bool {
        switch code {
        case .connectTimedOut, .responseTimedOut, .idleTimedOut, .totalTimedOut: true
        default: false
        }
    }

    /// Whether the request certainly never reached the peer.
    public var neverSent: Bool {
        switch code {
        case .invalidRequest, .nameNotResolved, .connectFailed, .connectTimedOut, .tlsFailed, .tooBusy: true
        default: false
        }
    }

    /// One line for people.
    public var description: String { "\(operation): \(code.rawValue): \(detail)" }
}
