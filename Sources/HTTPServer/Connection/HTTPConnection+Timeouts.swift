import EventLoop
import HTTP1
import Model

extension HTTPConnection {
    /// Answers a request that ran out of time, and closes.
    func timedOut(_ status: HTTPStatus, _ code: String, _ message: String) {
        let rejection = HTTPRejection(
            status, code, message, headers: status == .serviceUnavailable ? ["retry-after": "1"] : [:],
            closes: true)
        let exchange = exchange ?? nameless()
        self.exchange = exchange
        guard exchange.progress == .handling else {
            return abort(LoopFailure(.deadline, operation: "read", detail: message))
        }
        exchange.abandon(rejection)
        respond(exchange, rejection.response(requestID: exchange.request.requestID))
        flush()
        settle()
    }

    /// Refuses a connection that is one too many.
    func refuseConnection() {
        timedOut(
            .serviceUnavailable, "too_many_connections", "this listener has no connection left; ask again")
    }

    /// Stands for a request whose head was never read.
    func nameless() -> Exchange {
        let request = HTTPRequest(
            head: HTTPRequestHead(method: .other("-"), target: "-"),
            requestID: server.requestID(HTTPHeaders()),
            peer: peer, isLoopbackPeer: isLoopbackPeer)
        return Exchange(request, keepsAlive: false, startedNanoseconds: server.startNanoseconds)
    }
}
