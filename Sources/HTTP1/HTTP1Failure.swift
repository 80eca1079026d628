public import Model

/// Why a message was refused; the connection it came from cannot be read any further.
public struct HTTP1Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of refusal; the raw value is the machine word of the error body.
    public enum Code: String, Sendable, CaseIterable {
        /// The first line is not `method target version` or `version status reason`.
        case malformedStartLine = "malformed_start_line"
        /// The target is none of the four forms, or not the one its method takes.
        case malformedTarget = "malformed_target"
        /// The target is longer than the limit.
        case targetTooLong = "target_too_long"
        /// Neither HTTP/1.0 nor HTTP/1.1.
        case unsupportedVersion = "unsupported_http_version"
        /// A field line breaks the grammar.
        case malformedField = "malformed_header"
        /// A line ends without carriage return and line feed.
        case malformedLineEnd = "malformed_line_end"
        /// A field continues on the next line.
        case obsoleteFolding = "obsolete_line_folding"
        /// Start line and fields are longer than the limit.
        case headTooLarge = "headers_too_large"
        /// More fields than the limit.
        case tooManyFields = "too_many_headers"
        /// No `Host`, two, or an impossible one.
        case malformedHost = "malformed_host"
        /// Two readers could see two different ends of the body.
        case ambiguousFraming = "ambiguous_framing"
        /// A content length that is no number or too large.
        case malformedContentLength = "malformed_content_length"
        /// A transfer coding other than `chunked`.
        case unsupportedTransferCoding = "unsupported_transfer_coding"
        /// An expectation other than `100-continue`.
        case unsupportedExpectation = "unsupported_expectation"
        /// The body is longer than the limit.
        case bodyTooLarge = "body_too_large"
        /// A chunk breaks the grammar or a limit.
        case malformedChunk = "malformed_chunk"
        /// A trailer section breaks the grammar or names a field that only a head may carry.
        case malformedTrailer = "malformed_trailer"
        /// The peer ended in the middle of a message.
        case truncated = "truncated_message"
    }

    /// The kind.
    public let code: Code
    /// What was seen, for people; never the bytes themselves.
    public let detail: String

    /// Names a refusal.
    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The status a server answers with before it closes.
    public var status: HTTPStatus {
        switch code {
        case .targetTooLong: .uriTooLong
        case .unsupportedVersion: .versionNotSupported
        case .headTooLarge, .tooManyFields: .headerFieldsTooLarge
        case .unsupportedTransferCoding: .notImplemented
        case .unsupportedExpectation: .expectationFailed
        case .bodyTooLarge: .contentTooLarge
        default: .badRequest
        }
    }

    /// Kind and detail.
    public var description: String { "\(code.rawValue): \(detail)" }
}
