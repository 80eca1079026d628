import EventLoop
import HTTP1
import Model

/// One request on its way to its response.
@LoopActor
final class Exchange {
    /// What of the response is still to come.
    enum Progress { case handling, streaming, answered }

    let request: HTTPRequest
    let startedNanoseconds: UInt64
    let clientKeepsAlive: Bool
    var admission: Admission?
    var progress = Progress.handling
    /// True once the request's last byte was read.
    var isReceived = false
    /// True when the rest of the body is read only to get past it.
    var discards = false
    var requestBytes = 0
    var responseBytes = 0
    var status = HTTPStatus.ok
    var usesChunks = false
    var closesAfterwards = false
    var writer: ResponseWriter?
    var task: Task<Void, Never>?
    var deferred: DeferredResponse?

    init(_ request: HTTPRequest, keepsAlive: Bool, startedNanoseconds: UInt64) {
        self.request = request
        clientKeepsAlive = keepsAlive
        self.startedNanoseconds = startedNanoseconds
    }

    /// Lets go of everything that still works for this exchange.
    func abandon(_ error: any Error) {
        task?.cancel()
        deferred?.abandon()
        request.stream?.fail(error)
        writer?.fail(error)
    }
}
