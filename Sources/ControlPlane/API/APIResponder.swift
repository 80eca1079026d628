import EventLoop
import HTTPServer
import Model
import SQLite

/// Mounts the routes and keeps the commit barrier: what depends on core state leaves only once that is durable.
@LoopActor
final class APIResponder: HTTPResponder {
    private let router = Router()
    private let host: ClusterHost
    private let access: AccessControl

    init(host: ClusterHost, access: AccessControl) {
        self.host = host
        self.access = access
    }

    /// Everything mounted, for the API document and its tests.
    var mounted: [RouteDescription] { router.routes }
    /// The same with what each route asks of its callers.
    private(set) var routes: [APIRoute] = []

    func mount(_ routes: [APIRoute]) {
        self.routes += routes
        for route in routes { mount(route) }
    }

    /// A refusal of a credential may tell of a deletion that is not durable yet, so it waits as well: as a handler
    /// that starts with the head, since the body of a stranger is not read.
    func admit(_ request: HTTPRequest) throws -> Admission {
        do {
            return try router.admit(request)
        } catch let refusal as Refusal {
            return Admission(body: .unread) { request in
                self.reply(to: request, with: .failure(refusal))
            }
        }
    }

    private func mount(_ route: APIRoute) {
        let options = RouteOptions(
            body: .collected(limitBytes: route.bodyLimit), deadlineMilliseconds: route.deadlineMilliseconds)
        router.on(
            route.method, route.pattern, options,
            authorize: { request in
                let call = APICall(request)
                try self.access.authorize(call, for: route.access)
                return call
            },
            handle: { request, call in self.run(route, request, call) })
    }

    private func run(_ route: APIRoute, _ request: HTTPRequest, _ call: APICall) -> HTTPReply {
        do {
            switch try route.handle(call) {
            case .answer(let answer) where route.isStateless: return .now(Self.response(answer))
            case .answer(let answer): return reply(to: request, with: .success(answer))
            case .later: return later(request, call)
            }
        } catch {
            return reply(to: request, with: .failure(error))
        }
    }

    private func later(_ request: HTTPRequest, _ call: APICall) -> HTTPReply {
        let deferred = DeferredResponse()
        deferred.onAbandoned = {
            call.send = nil
            call.onAbandoned?()
            call.onAbandoned = nil
        }
        call.send = {
            self.release(deferred, Self.response($0, request), requestID: request.requestID)
        }
        return .deferred(deferred)
    }

    private func reply(to request: HTTPRequest, with result: Result<Answer, Refusal>) -> HTTPReply {
        let response = Self.response(result, request)
        if host.store.barrier.isClear { return .now(response) }
        let deferred = DeferredResponse()
        release(deferred, response, requestID: request.requestID)
        return .deferred(deferred)
    }

    private func release(_ deferred: DeferredResponse, _ response: HTTPResponse, requestID: String) {
        host.release { outcome in
            switch outcome {
            case .committed: deferred.release(response)
            case .lost(let failure):
                deferred.release(Self.response(Answer(.storage(failure), requestID: requestID)))
            }
        }
    }

    private static func response(_ result: Result<Answer, Refusal>, _ request: HTTPRequest) -> HTTPResponse {
        switch result {
        case .success(let answer): response(answer)
        case .failure(let refusal): response(Answer(refusal, requestID: request.requestID))
        }
    }

    private static func response(_ answer: Answer) -> HTTPResponse {
        if let stream = answer.stream {
            return HTTPResponse(answer.status, headers: answer.headers, body: .stream(stream))
        }
        return HTTPResponse(
            answer.status, headers: answer.headers,
            body: answer.status.forbidsBody ? .empty : .bytes(answer.body))
    }
}
