/// Where h11 0.16 or httptools 0.9 decide otherwise than this codec, and why that is meant.
///
/// In every row but the last two this codec refuses what the other takes or waits for.
struct ParserDifferences {
    let reason: String
    var h11 = ""
    var httptools = ""

    static func reason(_ name: String, _ library: String) -> String? {
        table.first { row in
            (library == "h11" ? row.h11 : row.httptools).split(separator: " ").contains { $0 == name }
        }?.reason
    }

    static let table = [
        ParserDifferences(
            reason:
                "RFC 9112 §2.2 lets a server take a bare line feed as a line's end; two readers then differ",
            h11: "bareLineFeed lineFeedInFields lineFeedAtEnd trailerLineFeed chunkLineFeedOnly"),
        ParserDifferences(
            reason: "RFC 9112 §5.2: obsolete folding may be unfolded; refusing it is the other choice",
            h11: "folding trailerFolded"),
        ParserDifferences(
            reason: "RFC 9110 §5.5: control characters other than tab are dangerous in any value",
            h11: "bellInValue deleteInValue extensionNul"),
        ParserDifferences(
            reason: "RFC 9112 §6.3: length beside coding may be overridden; nobody honest sends both",
            h11: "lengthAndChunked chunkedAndLength"),
        ParserDifferences(
            reason: "RFC 9112 §6.3 allows repeated equal lengths; nobody honest repeats them",
            h11: "sameLengthTwice lengthList"),
        ParserDifferences(
            reason: "RFC 9112 §6.1: Transfer-Encoding in HTTP/1.0 is to be treated as faulty framing",
            h11: "chunkedIn10", httptools: "chunkedIn10"),
        ParserDifferences(
            reason: "the codings below chunked are the application's there, refused here",
            httptools: "gzipChunked"),
        ParserDifferences(reason: "white space after a chunk's size", h11: "chunkSizeSpace"),
        ParserDifferences(
            reason:
                "fields that frame, route or authorize have no place in a trailer section (RFC 9110 §6.5.1)",
            h11: "trailerLength trailerCoding trailerHost", httptools: "trailerHost"),
        ParserDifferences(
            reason: "RFC 9112 §3.2: each method has its form of target, and none has a fragment",
            h11: "asteriskGet authorityGet connectPath fragment noAuthority otherScheme relativeTarget",
            httptools: "asteriskGet connectPath fragment noAuthority otherScheme"),
        ParserDifferences(
            reason: "RFC 9112 §3.2: Host exactly once, and a host",
            h11: "hostList hostWithPath hostWithUser",
            httptools: "hostList hostWithPath hostWithUser hostMissing hostTwice"),
        ParserDifferences(
            reason: "only HTTP/1.0 and HTTP/1.1 here",
            h11: "version12 version2", httptools: "version2 version09"),
        ParserDifferences(
            reason: "one space between the parts, one empty line before them at most",
            httptools: "twoSpaces twoEmptyLinesBefore"),
        ParserDifferences(
            reason: "RFC 9110 §10.1.1: an unknown expectation may be answered with 417",
            h11: "otherExpectation", httptools: "otherExpectation"),
        ParserDifferences(
            reason: "bounds that the others leave to their callers, or set elsewhere",
            h11: "headTooLarge targetTooLong tooManyFields lengthHuge lengthOverLimit chunkSizeHuge"
                + " chunkSizeOverLimit extensionsTooLong manyExtensions trailerTooLong",
            httptools: "headTooLarge targetTooLong tooManyFields endlessLine lengthOverLimit"
                + " chunkSizeOverLimit extensionsTooLong manyExtensions trailerTooLong"),
        ParserDifferences(
            reason: "RFC 9112 §2.2: one empty line before a request is ignored",
            h11: "oneEmptyLineBefore"),
        ParserDifferences(
            reason: "a faulty line is refused once it is complete, so that the split does not matter",
            httptools: "badButUnfinishedLine"),
    ]
}
