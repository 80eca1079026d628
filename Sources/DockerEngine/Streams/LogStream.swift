public import EventLoop
internal import HTTPClient

/// Which output of a container to read.
public struct LogOptions: Sendable, Equatable {
    /// Whether standard output is wanted.
    public var includesOutput = true
    /// Whether standard error is wanted.
    public var includesErrors = true
    /// Whether to go on as more is written.
    public var follows = false
    /// Whether each line starts with its time.
    public var hasTimestamps = false
    /// Only this many last lines; nil is all.
    public var lastLines: Int?
    /// Only what was written since, in seconds since 1970.
    public var sinceSeconds: Int64?
    /// Whether the container was made with a terminal, whose output has no frames.
    public var isTerminal = false

    /// Everything written so far.
    public init() {}

    var query: QueryText {
        var query = QueryText()
        query.add("stdout", includesOutput)
        query.add("stderr", includesErrors)
        query.add("follow", follows)
        query.add("timestamps", hasTimestamps)
        query.add("tail", lastLines.map { String(max(0, $0)) } ?? "all")
        if let sinceSeconds { query.add("since", String(sinceSeconds)) }
        return query
    }
}

/// A container's output, pulled by one reader; dropping it ends the reading.
@LoopActor
public final class LogStream {
    private let client: DockerClient
    private let body: HTTPBodyStream
    private let hasFrames: Bool
    private let operation: String
    private var parser = LogFrameParser()

    init(client: DockerClient, body: HTTPBodyStream, hasFrames: Bool, operation: String) {
        self.client = client
        self.body = body
        self.hasFrames = hasFrames
        self.operation = operation
    }

    /// The next pieces of output, at least one; nil at the end.
    public func next() async throws -> [LogFrame]? {
        while let bytes = try await pull() {
            guard hasFrames else { return [LogFrame(source: .output, bytes: bytes)] }
            let frames: [LogFrame]
            do { frames = try parser.push(bytes) } catch {
                body.cancel()
                throw DockerFailure(
                    .badAnswer, operation: operation, detail: "the log is not framed as agreed")
            }
            if !frames.isEmpty { return frames }
        }
        return nil
    }

    /// Ends the reading.
    public func cancel() { body.cancel() }

    private func pull() async throws -> [UInt8]? {
        do { return try await body.next() } catch { throw client.noted(error, operation) }
    }
}
