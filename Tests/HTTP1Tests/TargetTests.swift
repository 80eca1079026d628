import HTTP1
import Testing

@Suite struct TargetTests {
    @Test(
        arguments: [
            ("/a/b?c=d", "/a/b", "c=d"), ("/", "/", nil), ("/?", "/", ""), ("http://h:1/p?q", "/p", "q"),
            ("http://h", "/", nil), ("http://h?q", "/", "q"), ("*", "*", nil), ("h:443", "h:443", nil),
            ("/a?b?c", "/a", "b?c"),
        ] as [(String, String, String?)])
    func everyFormHasItsPathAndQuery(_ text: String, _ path: String, _ query: String?) {
        let target = RequestTarget(text)
        #expect(target.path == path)
        #expect(target.query == query)
    }

    @Test func segmentsAreDecodedOneByOne() {
        #expect(RequestTarget("/a%2Fb/c%20d").segments == ["a/b", "c d"])
        #expect(RequestTarget("/a/").segments == ["a", ""])
        #expect(RequestTarget("/").segments == [""])
        #expect(RequestTarget("/%C3%A4").segments == ["ä"])
        for bad in ["/%", "/%2", "/%zz", "/%00", "/%0a", "/%C3", "/%7f", "/%ff"] {
            #expect(RequestTarget(bad).segments == nil, "\(bad)")
        }
    }

    @Test func queriesKeepOrderAndRepetition() throws {
        let query = try #require(RequestQuery("label=a%3Db&label=c+d&x&&y="))
        #expect(query.all("label") == ["a=b", "c d"])
        #expect(query["x"] == "")
        #expect(query["y"] == "")
        #expect(query["z"] == nil)
        #expect(query.parameters.count == 4)
        #expect(RequestQuery("a=%") == nil)
        #expect(RequestQuery("a=%00") == nil)
        #expect(RequestQuery(String(repeating: "a&", count: 300)) == nil)
    }

    @Test func encodingIsUndoneByDecoding() {
        for text in ["", "a b", "ä/&=?#%", "~-._"] {
            #expect(PercentCoding.decode(PercentCoding.encode(text).utf8) == text)
        }
    }
}
