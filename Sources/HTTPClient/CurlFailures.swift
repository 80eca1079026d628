internal import CCurl
internal import EventLoop

/// Maps libcurl's result codes to ours.
enum CurlFailures {
    @LoopActor
    static func make(_ code: CURLcode, easy: CurlEasy, operation: String) -> HTTPClientFailure {
        let detail = easy.detail(code)
        return HTTPClientFailure(
            code: kind(code), operation: operation,
            detail: String(detail.prefix(HTTPClientLimits.detailBytes)),
            curlCode: Int32(truncatingIfNeeded: code.rawValue), systemError: easy.systemError,
            tlsFault: TLSFaults.make(code, verification: easy.verification, detail: detail))
    }

    static func kind(_ code: CURLcode) -> HTTPClientFailure.Code {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotResolved
        case CURLE_COULDNT_CONNECT: .connectFailed
        // The driver keeps every other deadline itself, so libcurl's can only be the one for connecting.
        case CURLE_OPERATION_TIMEDOUT: .connectTimedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            .tlsFailed
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
            CURLE_SEND_FAIL_REWIND:
            .connectionLost
        // The URL's scheme was checked before; what remains is an answer that is not HTTP/1.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_WRITE_ERROR:
            .badResponse
        default: .internal
        }
    }
}
