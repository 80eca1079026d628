import EventLoop
import HTTPClient
import Model

extension Session {
    /// Streams an answer into a file that only its owner can read, and that has its name only when it is whole.
    ///
    /// - Returns: Its size in bytes.
    func download(_ method: HTTPMethod, _ path: String, to file: String) async throws -> Int64 {
        var request = HTTPClientRequest(method, baseURL + path)
        for (name, value) in try credentials.operatorHeaders() { _ = request.headers.append(name, value) }
        _ = request.headers.append("user-agent", "fledx/\(Version.current)")
        request.tls = credentials.tls
        request.deadlines.total = ConsoleLimits.downloadMilliseconds
        request.deadlines.responseHead = ConsoleLimits.downloadMilliseconds
        do {
            let response = try await client.stream(request)
            guard response.head.status.isSuccess else {
                let body = try await response.body.collect(limit: ConsoleLimits.refusalBytes)
                throw Refusal.failure(HTTPClientResponse(head: response.head, body: body), baseURL)
            }
            return try await write(response.body, to: file)
        } catch let failure as HTTPClientFailure {
            throw unreachable(failure)
        }
    }

    private func write(_ body: HTTPBodyStream, to file: String) async throws -> Int64 {
        let output: WritableFile
        do {
            output = try WritableFile(replacing: file)
        } catch {
            throw ConsoleFailure(.failed, "cannot write \(file): \(error)")
        }
        do {
            while let piece = try await body.next() { try output.append(piece) }
            return try output.finish()
        } catch {
            output.abandon()
            throw error
        }
    }
}
