import EventLoop
import HTTP1
import HTTPServer
import Model
import SQLite

/// Mounts the routes and keeps the commit barrier: what depends on core state leaves only once that is durable.
@LoopActor
final class APIResponder: HTTPResponder {
    private let router = Router()
    private let host: ClusterHost
    private let access: AccessControl
    private let repetitions: Repetitions

    init(host: ClusterHost, access: AccessControl, repetitions: Repetitions) {
        self.host = host
        self.access = access
        self.repetitions = repetitions
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
            if !route.isRepeatable { try call.refuseRepetition() }
            guard route.isRepeatable, route.method == .post, route.access.isOperators,
                let (name, fingerprint) = try call.repetition(of: route.pattern, by: access.speaker(call))
            else { return try run(route, request, call, as: nil) }
            switch try repetitions.find(name, fingerprint: fingerprint) {
            case .nothing: return try run(route, request, call, as: (name, fingerprint))
            case .done(let repetition): return reply(to: request, with: .success(try repetition.answer()))
            case .running:
                let (deferred, answer) = promise(request, call)
                repetitions.join(name, answer)
                return .deferred(deferred)
            }
        } catch {
            return reply(to: request, with: .failure(error))
        }
    }

    /// Runs a handler, for the first time under its key where it has one.
    private func run(
        _ route: APIRoute, _ request: HTTPRequest, _ call: APICall,
        as first: (name: Repetition.Name, fingerprint: [UInt8])?
    ) throws(Refusal) -> HTTPReply {
        switch try route.handle(call) {
        case .answer(let answer) where route.isStateless:
            return .now(Self.response(Self.acceptable(answer, request), request))
        case .answer(let answer):
            if let first { try repetitions.keep(first.name, fingerprint: first.fingerprint, answer) }
            return reply(to: request, with: Self.acceptable(answer, request))
        case .later:
            return later(request, call, as: first)
        }
    }

    private func later(
        _ request: HTTPRequest, _ call: APICall, as first: (name: Repetition.Name, fingerprint: [UInt8])?
    ) -> HTTPReply {
        let (deferred, answer) = promise(request, call)
        guard let first else {
            call.send = answer
            return .deferred(deferred)
        }
        repetitions.began(first.name, fingerprint: first.fingerprint)
        let abandoned = deferred.onAbandoned
        deferred.onAbandoned = {
            abandoned?()
            self.repetitions.ended(first.name, .failure(.unfinished))
        }
        call.send = { result in
            var result = result
            do throws(Refusal) {
                let answer = try result.get()
                try self.repetitions.keep(first.name, fingerprint: first.fingerprint, answer)
            } catch {
                result = .failure(error)
            }
            answer(result)
            self.repetitions.ended(first.name, result)
        }
        return .deferred(deferred)
    }

    /// A response that comes later, and what gives it.
    private func promise(
        _ request: HTTPRequest, _ call: APICall
    ) -> (DeferredResponse, @LoopActor (Result<Answer, Refusal>) -> Void) {
        let deferred = DeferredResponse()
        deferred.onAbandoned = {
            call.send = nil
            call.onAbandoned?()
            call.onAbandoned = nil
        }
        return (
            deferred,
            { self.release(deferred, Self.response($0, request), requestID: request.requestID) }
        )
    }

    private func reply(to request: HTTPRequest, with result: Result<Answer, Refusal>) -> HTTPReply {
        let response = Self.response(result, request)
        if host.store.barrier.isClear { return .now(response) }
        let deferred = DeferredResponse()
        release(deferred, response, requestID: request.requestID)
        return .deferred(deferred)
    }

    /// What was read in a form the client does not take is refused; what was done is told in any case.
    private static func acceptable(_ answer: Answer, _ request: HTTPRequest) -> Result<Answer, Refusal> {
        guard request.method == .get || request.method == .head, answer.status.code < 300,
            let type = answer.headers["content-type"], !MediaRange.accepts(request.headers, type)
        else { return .success(answer) }
        return .failure(
            Refusal(.notAcceptable, "not_acceptable", "this comes as \(type); Accept does not take that"))
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
