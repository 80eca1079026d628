import EventLoop
import Foundation
import HTTPClient
import Model
import TestKit
import Testing

/// Connections alone, through proxies and without.
@Suite(.onLoop) struct ProxyTests {
    private static let welcome = "welcome"

    @Test @LoopActor func aProxyIsAskedForAWayThrough() async throws {
        var heads: [String] = []
        let proxy = try RawServer.tcp { connection in
            heads.append(try await connection.head() ?? "")
            try await connection.channel.write("HTTP/1.1 200 Connection established\r\n\r\n")
            // Whatever comes behind is the other side's own.
            try await connection.channel.write(try await connection.channel.read() ?? [])
        }
        defer { proxy.close() }
        let address = "http://user:secret@\(proxy.url.dropFirst(7))"
        let stream = try await Self.connect("cp.example.test", 7443, through: address)
        let channel = ByteChannel(stream)
        try await channel.write("hello")
        #expect(try await channel.read(exactly: 5) == Array("hello".utf8))
        channel.close()
        #expect(heads.first?.hasPrefix("CONNECT cp.example.test:7443 HTTP/1.1\r\n") == true, "\(heads)")
        #expect(heads.first?.contains("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=") == true, "\(heads)")
    }

    @Test @LoopActor func aProxyThatRefusesIsNotPassed() async throws {
        let proxy = try RawServer.tcp { connection in
            _ = try await connection.head()
            try await connection.answer("no", status: "407 Proxy Authentication Required")
        }
        defer { proxy.close() }
        let failure = await #expect(throws: HTTPClientFailure.self) {
            try await Self.connect("cp.example.test", 7443, through: proxy.url)
        }
        #expect(failure?.detail.contains("407") == true, "\(String(describing: failure))")
    }

    @Test @LoopActor func aSilentProxyHasADeadline() async throws {
        let proxy = try RawServer.tcp { connection in try await connection.closed() }
        defer { proxy.close() }
        let failure = await #expect(throws: HTTPClientFailure.self) {
            try await Self.connect("cp.example.test", 7443, through: proxy.url, milliseconds: 200)
        }
        #expect(failure?.isTimeout == true, "\(String(describing: failure))")
        try await proxy.until(open: 0)
    }

    @Test @LoopActor func aSOCKSProxyResolvesTheName() async throws {
        var asked: [UInt8] = []
        let proxy = try RawServer.tcp { connection in
            let methods = try await connection.channel.read(exactly: 2)
            _ = try await connection.channel.read(exactly: Int(methods[1]))
            try await connection.channel.write([5, 0])
            let head = try await connection.channel.read(exactly: 5)
            asked = head + (try await connection.channel.read(exactly: Int(head[4]) + 2))
            try await connection.channel.write([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            try await connection.channel.write(Self.welcome)
        }
        defer { proxy.close() }
        let stream = try await Self.connect(
            "cp.example.test", 443, through: "socks5h://\(proxy.url.dropFirst(7))")
        let channel = ByteChannel(stream)
        #expect(try await channel.read(exactly: 7) == Array(Self.welcome.utf8))
        channel.close()
        #expect(asked == [5, 1, 0, 3, 15] + Array("cp.example.test".utf8) + [1, 187])
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    @LoopActor func withoutAProxyItIsTheHostItself(host: String) async throws {
        let listener = try Listener.tcp(host: host, port: 0) { stream in
            stream.write(Array(Self.welcome.utf8))
            stream.shutdownWriting()
            stream.closeGracefully(deadlineMilliseconds: 5_000)
        }
        let client = HTTPClient()
        let handles = Handle.openCount
        let stream = try await client.connect(
            host: host, port: listener.port, proxy: nil, timeoutMilliseconds: 5_000)
        let channel = ByteChannel(stream)
        #expect(try await channel.read(exactly: 7) == Array(Self.welcome.utf8))
        channel.close()
        await stream.closed()
        listener.close()
        client.close()
        #expect(Handle.openCount <= handles)
        await #expect(throws: HTTPClientFailure.self) {
            try await HTTPClient().connect(
                host: host, port: listener.port, proxy: nil, timeoutMilliseconds: 5_000)
        }
    }

    @Test @LoopActor func exceptionsAreReachedDirectly() async throws {
        let server = try RawServer.tcp { connection in try await connection.channel.write(Self.welcome) }
        defer { server.close() }
        let port = try #require(UInt16(server.url.dropFirst("http://127.0.0.1:".count)))
        let client = HTTPClient()
        defer { client.close() }
        let stream = try await client.connect(
            host: "127.0.0.1", port: port,
            proxy: ProxyRules.Choice(url: "http://192.0.2.1:3128", exceptions: "127.0.0.0/8,.example"),
            timeoutMilliseconds: 5_000)
        stream.close()
    }

    /// Docker over TCP and probes are never asked through the proxy that is for the control plane.
    @Test @LoopActor func aRequestThatNamesNoProxyGoesThroughNoneWhateverTheEnvironmentSays() async throws {
        var asked = 0
        let proxy = try RawServer.tcp { connection in
            asked += 1
            _ = try await connection.head()
            try await connection.answer("no", status: "403 Forbidden")
        }
        defer { proxy.close() }
        let server = try RawServer.tcp { connection in
            while try await connection.head() != nil { try await connection.answer(Self.welcome) }
        }
        defer { server.close() }
        let client = HTTPClient()
        defer { client.close() }
        for name in ["http_proxy", "all_proxy", "ALL_PROXY"] {
            #expect(unsafe setenv(name, proxy.url, 1) == 0)
            defer { _ = unsafe unsetenv(name) }
            let answer = try await client.request(HTTPClientRequest(.get, "\(server.url)/\(name)"))
            #expect(answer.head.status == .ok && answer.body == Array(Self.welcome.utf8), "\(name)")
        }
        #expect(asked == 0)
    }

    @Test(
        arguments: [
            ("cp.example.test", false), ("example.test", false), (".example.test", false),
            ("EXAMPLE.test", false),
            ("a.test,example.test", false), ("*", false), ("other.test", true), ("ample.test", true),
            ("x.cp.example.test", true), ("", true),
        ])
    @LoopActor func domainsOfNoProxyGoThroughNone(exceptions: String, isProxied: Bool) async throws {
        var asked = 0
        let proxy = try RawServer.tcp { connection in
            asked += 1
            _ = try await connection.head()
            try await connection.answer("no", status: "403 Forbidden")
        }
        defer { proxy.close() }
        var problems: [String] = []
        let rules = ProxyRules(["HTTPS_PROXY": proxy.url, "NO_PROXY": exceptions], &problems)
        let client = HTTPClient()
        defer { client.close() }
        // Nobody knows the name: who goes there directly fails before anybody is asked.
        await #expect(throws: HTTPClientFailure.self) {
            try await client.connect(
                host: "cp.example.test", port: 443, proxy: rules.choice(for: "https://cp.example.test"),
                timeoutMilliseconds: 10_000)
        }
        #expect(asked == (isProxied ? 1 : 0))
    }

    @Test(
        arguments: [
            (["HTTPS_PROXY": "http://p:1"], "https://cp.example", "http://p:1"),
            (["HTTPS_PROXY": "http://p:1"], "http://cp.example", nil),
            (["HTTP_PROXY": "p:1"], "http://cp.example", "http://p:1"),
            (["http_proxy": "SOCKS5H://q:2", "HTTP_PROXY": "p:1"], "http://cp.example", "socks5h://q:2"),
            (["ALL_PROXY": "socks5://p:1"], "https://cp.example", "socks5://p:1"),
            (["ALL_PROXY": "p:1"], "https://127.0.0.1:8", nil), (["ALL_PROXY": "p:1"], "http://[::1]:8", nil),
            (["ALL_PROXY": "p:1"], "http://localhost:8", nil),
            (["HTTPS_PROXY": ""], "https://cp.example", nil),
            ([:], "https://cp.example", nil),
        ] as [([String: String], String, String?)])
    func theEnvironmentNamesProxies(environment: [String: String], url: String, expected: String?) {
        var problems: [String] = []
        let rules = ProxyRules(environment, &problems)
        #expect(rules.choice(for: url)?.url == expected)
        #expect(problems == [])
    }

    @Test(arguments: ["https://p:1", "ftp://p", "http://", "http://a b"])
    func aProxyThatCannotBeUsedIsTold(text: String) {
        var problems: [String] = []
        _ = ProxyRules(["HTTPS_PROXY": text], &problems)
        #expect(problems.count == 1 && problems[0].hasPrefix("HTTPS_PROXY: "))
    }

    @Test func credentialsAreNotShown() {
        #expect(ProxyRules.Choice(url: "http://u:s@p:1", exceptions: "").shown == "http://p:1")
    }

    @LoopActor private static func connect(
        _ host: String, _ port: UInt16, through proxy: String, milliseconds: Int64 = 5_000
    ) async throws -> LoopStream {
        let client = HTTPClient()
        defer { client.close() }
        return try await client.connect(
            host: host, port: port, proxy: ProxyRules.Choice(url: proxy, exceptions: ""),
            timeoutMilliseconds: milliseconds)
    }
}
