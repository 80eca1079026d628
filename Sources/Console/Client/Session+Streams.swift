import EventLoop
import HTTPClient
import JSON
import Model
import TLS

extension Session {
    /// Shows an answer of text as it comes, until its end.
    func show(_ path: String) async throws {
        var request = HTTPClientRequest(.get, baseURL + path)
        for (name, value) in try credentials.operatorHeaders() { _ = request.headers.append(name, value) }
        _ = request.headers.append("user-agent", "fledx/\(Version.current)")
        request.tls = credentials.tls
        request.deadlines = .endless(responseHead: ConsoleLimits.streamMilliseconds)
        do {
            let response = try await client.stream(request)
            guard response.head.status.isSuccess else {
                let body = try await response.body.collect(limit: ConsoleLimits.refusalBytes)
                throw Refusal.failure(HTTPClientResponse(head: response.head, body: body), baseURL)
            }
            while let piece = try await response.body.next() {
                if !StandardIO.write(piece, to: .output) { EventLoop.exitNow(0) }
            }
        } catch let failure as HTTPClientFailure {
            throw unreachable(failure)
        }
    }

    /// Shows the body of an answer as it comes, whatever its status, which is returned.
    func showAnswer(to relayed: HTTPClientRequest) async throws -> HTTPStatus {
        var request = relayed
        request.url = baseURL + relayed.url
        for (name, value) in try credentials.operatorHeaders() { _ = request.headers.append(name, value) }
        request.tls = credentials.tls
        request.deadlines = .endless(responseHead: ConsoleLimits.relayMilliseconds)
        do {
            let response = try await client.stream(request)
            while let piece = try await response.body.next() {
                if !StandardIO.write(piece, to: .output) { EventLoop.exitNow(0) }
            }
            return response.head.status
        } catch let failure as HTTPClientFailure {
            throw unreachable(failure)
        }
    }

    /// Opens a raw stream.
    func openStream(_ method: HTTPMethod, _ path: String, body: [UInt8] = []) async throws -> ByteChannel {
        let (stream, received) = try await openSocket(method, path, body: body)
        return ByteChannel(stream, received: received)
    }

    /// Opens a raw stream as a socket, with what came behind the answer already.
    func openSocket(_ method: HTTPMethod, _ path: String, body: [UInt8] = []) async throws
        -> (LoopStream, received: [UInt8])
    {
        let isTLS = baseURL.hasPrefix("https://")
        let authority = baseURL.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
        let (host, port) = Self.address(authority, isTLS: isTLS)
        do {
            let stream = try await LoopStream.connectTCP(
                host: host, port: port, timeoutMilliseconds: ConsoleLimits.streamMilliseconds)
            stream.setNoDelay(true)
            if isTLS {
                let files = credentials.tls
                try TLSContext.client(
                    authorityFile: files.authorityFile, certificateFile: files.certificateFile,
                    keyFile: files.keyFile
                ).secure(stream, host: host)
            }
            var headers = HTTPHeaders([
                ("host", String(authority)), ("upgrade", "fledx-stream"),
                ("user-agent", "fledx/\(Version.current)"),
            ])
            for (name, value) in try credentials.operatorHeaders() { headers.append(name, value) }
            if !body.isEmpty { headers.append("content-type", "application/json") }
            let answer = try await UpgradeExchange.perform(
                on: stream, HTTPRequestHead(method: method, target: path, headers: headers), body: body,
                deadlineMilliseconds: ConsoleLimits.streamMilliseconds)
            guard answer.isSwitched else {
                let head = HTTPResponseHead(status: answer.status, version: .http11, headers: answer.headers)
                throw Refusal.failure(HTTPClientResponse(head: head, body: answer.body), baseURL)
            }
            return (stream, answer.received)
        } catch let failure as LoopFailure {
            throw ConsoleFailure(
                .unreachable, "the control plane at \(baseURL) cannot be reached: \(failure.detail)",
                hint: Self.hint(failure.cause as? TLSFailure)
                    ?? Self.hint(
                        baseURL, isTLS: failure.cause is TLSFailure))
        }
    }

    /// What to do about a fault that a raw stream's own TLS found.
    nonisolated private static func hint(_ failure: TLSFailure?) -> String? {
        switch failure?.code {
        case .unknownAuthority: hint(TLSFault.unknownAuthority)
        case .expired: hint(TLSFault.expired)
        case .notYetValid: hint(TLSFault.notYetValid)
        case .nameMismatch: hint(TLSFault.nameMismatch)
        case .notTLS: hint(TLSFault.plainPeer)
        case .alert: hint(TLSFault.refusedByPeer)
        default: nil
        }
    }

    private static func address(_ authority: Substring, isTLS: Bool) -> (host: String, port: UInt16) {
        let tail = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] }
        guard let tail, let port = UInt16(tail) else { return (plain(authority), isTLS ? 443 : 80) }
        return (plain(authority.dropLast(tail.count + 1)), port)
    }

    private static func plain(_ host: Substring) -> String {
        host.first == "[" && host.last == "]" ? String(host.dropFirst().dropLast()) : String(host)
    }
}
