internal import EventLoop
internal import HTTPClient
internal import JSON

/// The JSON objects of a streamed answer, one after another.
@LoopActor
final class ObjectStream {
    private let client: DockerClient
    private let body: HTTPBodyStream
    private let operation: String
    private var splitter = ObjectSplitter()
    private var waiting: ArraySlice<[UInt8]> = []

    init(client: DockerClient, body: HTTPBodyStream, operation: String) {
        self.client = client
        self.body = body
        self.operation = operation
    }

    /// The next object; nil at the end of the stream.
    func next() async throws -> JSONNode? {
        while waiting.isEmpty {
            guard let bytes = try await pull() else {
                guard !splitter.isInside else {
                    throw broken("the stream ends inside an object", .unreachable)
                }
                return nil
            }
            do { waiting = try splitter.push(bytes)[...] } catch {
                throw broken(
                    error == .tooLarge ? "an object is too large" : "the stream is not made of objects")
            }
        }
        let object = waiting.removeFirst()
        let limits = JSONLimits(maxBytes: DockerLimits.objectBytes)
        do { return try JSONNode.parse(object, limits: limits) } catch {
            throw broken("an object is not JSON")
        }
    }

    func cancel() { body.cancel() }

    private func pull() async throws -> [UInt8]? {
        do { return try await body.next() } catch { throw client.noted(error, operation) }
    }

    private func broken(_ detail: String, _ kind: DockerFailure.Kind = .badAnswer) -> DockerFailure {
        body.cancel()
        return DockerFailure(kind, operation: operation, detail: detail)
    }
}
