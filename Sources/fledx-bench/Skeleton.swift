import EventLoop
import HTTPClient
import Logging
import Model
import SQLite
import TLS

/// The daemons' libraries, each used once, then nothing: what a daemon cannot be smaller than.
@LoopActor
enum Skeleton {
    /// Listens, so that the one request has somewhere to go.
    private final class Answerer: StreamHandler {
        var streams: [Stream] = []

        func streamReceived(_ stream: Stream, _ bytes: UnsafeRawBufferPointer) {
            stream.write(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))
        }
        func streamEnded(_ stream: Stream) { stream.close() }
        func streamFailed(_ stream: Stream, _ failure: LoopFailure) { stream.close() }
        func streamDrained(_ stream: Stream) {}
    }

    /// Stays until the process is ended.
    static func run(database: String) async throws {
        let worker = try await DatabaseWorker.open(WorkerOptions(path: database))
        try await worker.perform { connection in
            try connection.execute("CREATE TABLE once (digest BLOB) STRICT")
            _ = try connection.execute("INSERT INTO once VALUES (?)", [.blob(SHA256.digest("once"))])
        }
        let answerer = Answerer()
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
        listener.onConnection = { stream in
            answerer.streams.append(stream)
            stream.handler = answerer
            stream.startReading()
        }
        let client = HTTPClient()
        let request = HTTPClientRequest(.get, "http://127.0.0.1:\(listener.port)/")
        let response = try await client.request(request)
        Logger(label: "fledx.bench").info("idle after \(response.head.status)")
        try await OneShot<Void>().wait()
        withExtendedLifetime((worker, client)) {}
    }
}
