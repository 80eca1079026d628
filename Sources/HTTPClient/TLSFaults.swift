internal import CCurl

/// Reads from libcurl's results what TLS failed for.
enum TLSFaults {
    /// OpenSSL's results of a check (`X509_V_ERR_…`) that name a missing or foreign authority.
    private static let foreign: Set<Int> = [2, 7, 18, 19, 20, 21]
    private static let notYetValid = 9
    private static let expired = 10

    static func make(_ code: CURLcode, verification: Int, detail: String) -> TLSFault? {
        switch code {
        case CURLE_SSL_CACERT_BADFILE: return .authorityFile
        case CURLE_SSL_CERTPROBLEM: return .ownCertificate
        case CURLE_PEER_FAILED_VERIFICATION:
            if foreign.contains(verification) { return .unknownAuthority }
            if verification == expired { return .expired }
            if verification == notYetValid { return .notYetValid }
            // libcurl compares names itself, after OpenSSL was content.
            return verification == 0 ? .nameMismatch : nil
        case CURLE_SSL_CONNECT_ERROR, CURLE_RECV_ERROR, CURLE_SEND_ERROR: return words(detail)
        default: return nil
        }
    }

    /// Here only OpenSSL's words tell more.
    private static func words(_ detail: String) -> TLSFault? {
        if holds(detail, "wrong version number") || holds(detail, "http request") { return .plainPeer }
        return holds(detail, "alert") ? .refusedByPeer : nil
    }

    private static func holds(_ text: String, _ words: StaticString) -> Bool {
        let text = Array(text.utf8)
        let words = words.withUTF8Buffer { Array($0) }
        guard text.count >= words.count else { return false }
        return (0...(text.count - words.count)).contains {
            text[$0..<($0 + words.count)].elementsEqual(words)
        }
    }
}
