import HTTP1

extension RequestCase {
    private static let head = "POST / HTTP/1.1\r\nHost: a\r\n"
    private static let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"

    static let framing: [RequestCase] = [
        RequestCase(
            "lengthAndChunked", head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .refused(.ambiguousFraming)),
        RequestCase(
            "chunkedAndLength", head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            .refused(.ambiguousFraming)),
        RequestCase(
            "twoLengths", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            .refused(.ambiguousFraming)),
        RequestCase(
            "sameLengthTwice", head + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
            .refused(.ambiguousFraming)),
        RequestCase("lengthList", head + "Content-Length: 1, 1\r\n\r\na", .refused(.malformedContentLength)),
        RequestCase("lengthSigned", head + "Content-Length: +1\r\n\r\na", .refused(.malformedContentLength)),
        RequestCase(
            "lengthNegative", head + "Content-Length: -1\r\n\r\na", .refused(.malformedContentLength)),
        RequestCase("lengthHex", head + "Content-Length: 0x1\r\n\r\na", .refused(.malformedContentLength)),
        RequestCase("lengthSpace", head + "Content-Length: 1 1\r\n\r\na", .refused(.malformedContentLength)),
        RequestCase("lengthEmpty", head + "Content-Length:\r\n\r\n", .refused(.malformedContentLength)),
        RequestCase(
            "lengthHuge", head + "Content-Length: 99999999999999999999\r\n\r\n",
            .refused(.malformedContentLength)),
        RequestCase("lengthOverLimit", head + "Content-Length: 2000000\r\n\r\n", .refused(.bodyTooLarge)),
        RequestCase(
            "chunkedTwice",
            head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .refused(.ambiguousFraming)),
        RequestCase(
            "chunkedListed", head + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            .refused(.unsupportedTransferCoding)),
        RequestCase(
            "gzipChunked", head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            .refused(.unsupportedTransferCoding)),
        RequestCase(
            "identity", head + "Transfer-Encoding: identity\r\n\r\n", .refused(.unsupportedTransferCoding)),
        RequestCase(
            "chunkedNotLast", head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            .refused(.unsupportedTransferCoding)),
        RequestCase(
            "chunkedQuoted", head + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
            .refused(.unsupportedTransferCoding)),
        RequestCase(
            "chunkedVerticalTab", head + "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
            .refused(.malformedField)),
        RequestCase(
            "spaceBeforeCodingColon", head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            .refused(.malformedField)),
        RequestCase(
            "chunkedIn10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .refused(.ambiguousFraming)),
        RequestCase("chunkedUpperCase", head + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", .accepted(1)),
        RequestCase(
            "getWithBody",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            .accepted(2)),
    ]

    static let chunks: [RequestCase] = [
        RequestCase("chunks", chunked + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", .accepted(1)),
        RequestCase("chunksLeadingZeros", chunked + "0003\r\nabc\r\n000\r\n\r\n", .accepted(1)),
        RequestCase("chunkExtension", chunked + "3;a=b;c=\"d e\"\r\nabc\r\n0;x\r\n\r\n", .accepted(1)),
        RequestCase("trailers", chunked + "1\r\na\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n", .accepted(1)),
        RequestCase(
            "chunksThenNext", chunked + "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted(2)),
        RequestCase("chunkHalf", chunked + "5\r\nab", .incomplete),
        RequestCase("trailerHalf", chunked + "0\r\nX-", .incomplete),
        RequestCase("chunkSizeMissing", chunked + "\r\nabc\r\n", .refused(.malformedChunk)),
        RequestCase("chunkSizeBad", chunked + "3g\r\nabc\r\n", .refused(.malformedChunk)),
        RequestCase("chunkSizePrefix", chunked + "0x3\r\nabc\r\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("chunkSizeNegative", chunked + "-3\r\nabc\r\n", .refused(.malformedChunk)),
        RequestCase("chunkSizeSpace", chunked + "3 \r\nabc\r\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("chunkSizeSpaceBefore", chunked + " 3\r\nabc\r\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("chunkSizeHuge", chunked + "FFFFFFFFFFFFFFFF1\r\n", .refused(.malformedChunk)),
        RequestCase("chunkSizeOverLimit", chunked + "FFFFFFFFFFFFFFF\r\n", .refused(.bodyTooLarge)),
        RequestCase("chunkLineFeedOnly", chunked + "3\nabc\n0\n\n", .refused(.malformedChunk)),
        RequestCase("chunkReturnOnly", chunked + "3\rabc\r\n", .refused(.malformedChunk)),
        RequestCase("chunkTooLong", chunked + "3\r\nabcd\r\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("chunkTooShort", chunked + "4\r\nabc\r\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("chunkEndLineFeed", chunked + "3\r\nabc\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("extensionLineFeed", chunked + "3;a\nabc\r\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("extensionNul", chunked + "3;\u{0}\r\nabc\r\n0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase(
            "extensionsTooLong",
            chunked + "3;" + String(repeating: "x", count: 5_000) + "\r\nabc\r\n0\r\n\r\n",
            .refused(.malformedChunk)),
        RequestCase(
            "manyExtensions",
            chunked + String(repeating: "1;" + String(repeating: "x", count: 200) + "\r\na\r\n", count: 30)
                + "0\r\n\r\n", .refused(.malformedChunk)),
        RequestCase("trailerFolded", chunked + "0\r\nX: a\r\n b\r\n\r\n", .refused(.malformedTrailer)),
        RequestCase("trailerLineFeed", chunked + "0\r\nX: a\n\r\n", .refused(.malformedTrailer)),
        RequestCase("trailerLength", chunked + "0\r\nContent-Length: 5\r\n\r\n", .refused(.malformedTrailer)),
        RequestCase(
            "trailerCoding", chunked + "0\r\nTransfer-Encoding: chunked\r\n\r\n", .refused(.malformedTrailer)),
        RequestCase("trailerHost", chunked + "0\r\nHost: b\r\n\r\n", .refused(.malformedTrailer)),
        RequestCase(
            "trailerTooLong", chunked + "0\r\nX: " + String(repeating: "x", count: 5_000) + "\r\n\r\n",
            .refused(.headTooLarge)),
    ]
}
