import HTTP1
import Testing

/// What strict framing makes of one run of bytes.
struct RequestCase: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable, Equatable {
        /// That many complete messages and nothing left.
        case accepted(Int)
        /// So far correct; more must come.
        case incomplete
        case refused(HTTP1Failure.Code)
    }

    let name: String
    let bytes: [UInt8]
    let outcome: Outcome

    init(_ name: String, _ text: String, _ outcome: Outcome) {
        self.name = name
        self.bytes = Array(text.utf8)
        self.outcome = outcome
    }

    init(_ name: String, raw: [UInt8], _ outcome: Outcome) {
        self.name = name
        self.bytes = raw
        self.outcome = outcome
    }

    var testDescription: String { name }

    static let all: [RequestCase] = plain + startLines + fields + framing + chunks

    static let plain: [RequestCase] = [
        RequestCase("get", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(1)),
        RequestCase("http10", "GET / HTTP/1.0\r\n\r\n", .accepted(1)),
        RequestCase("http10KeepAlive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", .accepted(1)),
        RequestCase("body", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", .accepted(1)),
        RequestCase("emptyBody", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", .accepted(1)),
        RequestCase(
            "pipelined",
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(3)),
        RequestCase("oneEmptyLineBefore", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(1)),
        RequestCase("absoluteForm", "GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(1)),
        RequestCase("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(1)),
        RequestCase("connect", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(1)),
        RequestCase("unknownMethod", "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(1)),
        RequestCase("emptyValue", "GET / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n", .accepted(1)),
        RequestCase("spacesAroundValue", "GET / HTTP/1.1\r\nHost: \t a \t\r\n\r\n", .accepted(1)),
        RequestCase("tabInValue", "GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n", .accepted(1)),
        RequestCase(
            "obsoleteText", raw: Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0xFC, 13, 10, 13, 10],
            .accepted(1)),
        RequestCase("emptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", .accepted(1)),
        RequestCase("hostWithPort", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", .accepted(1)),
        RequestCase(
            "upgrade", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", .accepted(1)),
        RequestCase(
            "expect", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
            .accepted(1)),
        RequestCase("half", "GET / HTTP/1.1\r\nHost: a\r\n", .incomplete),
        RequestCase("halfLine", "GET / HT", .incomplete),
        RequestCase("halfBody", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", .incomplete),
        RequestCase("badButUnfinishedLine", "GET /\u{0} HTTP", .incomplete),
    ]

    static let startLines: [RequestCase] = [
        RequestCase("version09", "GET /\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("version2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", .refused(.unsupportedVersion)),
        RequestCase("version12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", .refused(.unsupportedVersion)),
        RequestCase("lowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("twoSpaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("tabInLine", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("spaceBefore", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("spaceAfter", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .refused(.malformedField)),
        RequestCase("spaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("nulInTarget", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase(
            "unicodeTarget", "GET /\u{e4} HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("noTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("badMethod", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedTarget)),
        RequestCase("relativeTarget", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedTarget)),
        RequestCase("asteriskGet", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedTarget)),
        RequestCase("authorityGet", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedTarget)),
        RequestCase("connectPath", "CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedTarget)),
        RequestCase("otherScheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedTarget)),
        RequestCase("noAuthority", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", .refused(.malformedTarget)),
        RequestCase("bareLineFeed", "GET / HTTP/1.1\nHost: a\n\n", .refused(.malformedLineEnd)),
        RequestCase("bareReturn", "GET / HTTP/1.1\rHost: a\r\n\r\n", .refused(.malformedLineEnd)),
        RequestCase("twoEmptyLinesBefore", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", .refused(.malformedStartLine)),
        RequestCase("tls", raw: [0x16, 3, 1, 2, 0, 1, 0, 1, 10], .refused(.malformedStartLine)),
    ]

    static let fields: [RequestCase] = [
        RequestCase("hostMissing", "GET / HTTP/1.1\r\n\r\n", .refused(.malformedHost)),
        RequestCase("hostTwice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .refused(.malformedHost)),
        RequestCase("hostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .refused(.malformedHost)),
        RequestCase("hostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .refused(.malformedHost)),
        RequestCase("hostList", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .refused(.malformedHost)),
        RequestCase("spaceBeforeColon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", .refused(.malformedField)),
        RequestCase("noColon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", .refused(.malformedField)),
        RequestCase("noName", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", .refused(.malformedField)),
        RequestCase("badName", "GET / HTTP/1.1\r\nHost: a\r\nX(y: x\r\n\r\n", .refused(.malformedField)),
        RequestCase("nulInName", "GET / HTTP/1.1\r\nHost: a\r\nX\u{0}: x\r\n\r\n", .refused(.malformedField)),
        RequestCase("nulInValue", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n", .refused(.malformedField)),
        RequestCase(
            "bellInValue", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{7}\r\n\r\n", .refused(.malformedField)),
        RequestCase(
            "deleteInValue", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{7f}\r\n\r\n", .refused(.malformedField)),
        RequestCase("folding", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", .refused(.obsoleteFolding)),
        RequestCase("foldingFirst", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .refused(.obsoleteFolding)),
        RequestCase(
            "lineFeedInFields", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", .refused(.malformedLineEnd)),
        RequestCase(
            "returnInValue", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .refused(.malformedLineEnd)),
        RequestCase("lineFeedAtEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n", .refused(.malformedLineEnd)),
        RequestCase(
            "otherExpectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n",
            .refused(.unsupportedExpectation)),
        RequestCase(
            "tooManyFields",
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 100) + "\r\n",
            .refused(.tooManyFields)),
        RequestCase(
            "headTooLarge",
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 17_000) + "\r\n\r\n",
            .refused(.headTooLarge)),
        RequestCase(
            "targetTooLong", "GET /" + String(repeating: "x", count: 9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            .refused(.targetTooLong)),
        RequestCase("endlessLine", "GET /" + String(repeating: "x", count: 20_000), .refused(.targetTooLong)),
    ]
}
