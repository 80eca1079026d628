import ClusterCore
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
    private let audit: AuditTrail
    private let repetitions: Repetitions

    /// A request that is carried out, and what is written down of it.
    private struct Attempt {
        /// What the audit log says it is about; nil for one that changes nothing.
        let subject: AuditTrail.Subject?
        /// The client's key, where it is the first request under it.
        let first: (name: Repetition.Name, fingerprint: [UInt8])?
    }

    init(host: ClusterHost, access: AccessControl, audit: AuditTrail, repetitions: Repetitions) {
        self.host = host
        self.access = access
        self.audit = audit
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
        let action = AuditAction(route)
        let options = RouteOptions(
            body: route.streamsBody ? .streamed(limitBytes: .max) : .collected(limitBytes: route.bodyLimit),
            deadlineMilliseconds: route.deadlineMilliseconds)
        router.on(
            route.method, route.pattern, options,
            authorize: { request in
                let call = APICall(request)
                try self.access.authorize(call, for: route.access)
                return call
            },
            handle: { request, call in self.run(route, action, request, call) })
    }

    private func run(
        _ route: APIRoute, _ action: AuditAction?, _ request: HTTPRequest, _ call: APICall
    ) -> HTTPReply {
        let subject = action.flatMap { audit.subject(of: call, $0) }
        if let subject, subject.action.actsOutside {
            call.begins = { [audit] (call) throws(Refusal) in try audit.begin(subject, call) }
        }
        do {
            if !route.isRepeatable { try call.refuseRepetition() }
            guard route.isRepeatable, route.method == .post, route.access.isOperators,
                let (name, fingerprint) = try call.repetition(of: route.pattern, by: access.speaker(call))
            else { return try run(route, request, call, Attempt(subject: subject, first: nil)) }
            switch try repetitions.find(name, fingerprint: fingerprint) {
            case .nothing:
                return try run(
                    route, request, call, Attempt(subject: subject, first: (name, fingerprint)))
            case .done(let repetition): return reply(to: request, with: .success(try repetition.answer()))
            case .running:
                let (deferred, answer) = promise(request, call)
                repetitions.join(name, answer)
                return .deferred(deferred)
            }
        } catch {
            return reply(to: request, with: recorded(.failure(error), subject, call))
        }
    }

    /// Runs a handler; the audit log tells of it and the client's key keeps its answer in the same turn of the loop.
    private func run(
        _ route: APIRoute, _ request: HTTPRequest, _ call: APICall, _ attempt: Attempt
    ) throws(Refusal) -> HTTPReply {
        switch try route.handle(call) {
        case .answer(let answer) where route.isStateless:
            return .now(Self.response(Self.acceptable(answer, request), request))
        case .answer(let answer):
            let result = recorded(.success(placed(answer, route)), attempt.subject, call)
            if let first = attempt.first, case .success(let answer) = result {
                try repetitions.keep(first.name, fingerprint: first.fingerprint, answer)
            }
            return reply(to: request, with: result.flatMap { Self.acceptable($0, request) })
        case .later:
            return later(request, call, attempt)
        case .work(let work):
            return .later { try await self.finish(work, request) }
        }
    }

    /// Tells operators how far events had come when the answer was made: whoever watches from there misses nothing.
    private func placed(_ answer: Answer, _ route: APIRoute) -> Answer {
        guard case .operators = route.access, route.method == .get else { return answer }
        var answer = answer
        let place = EventID(epoch: host.cluster.epoch, sequence: host.journal.last)
        answer.headers.set("x-fledx-event-id", "\(place)")
        return answer
    }

    /// Writes down what a request did or tried, in the turn of the loop in which it did.
    private func recorded(
        _ result: Result<Answer, Refusal>, _ subject: AuditTrail.Subject?, _ call: APICall
    ) -> Result<Answer, Refusal> {
        guard let subject else { return result }
        do {
            try audit.record(subject, call, result)
            return result
        } catch {
            return .failure(error)
        }
    }

    /// Waits for the work, and then for what the core had decided by then.
    private func finish(
        _ work: @LoopActor () async throws(Refusal) -> Answer, _ request: HTTPRequest
    ) async throws -> HTTPResponse {
        let result: Result<Answer, Refusal>
        do {
            result = Self.acceptable(try await work(), request)
        } catch {
            result = .failure(error)
        }
        do {
            try await host.store.barrier.wait(for: host.store.barrier.sequence)
        } catch let failure as SQLiteFailure {
            return Self.response(.failure(.storage(failure)), request)
        }
        return Self.response(result, request)
    }

    private func later(_ request: HTTPRequest, _ call: APICall, _ attempt: Attempt) -> HTTPReply {
        let (deferred, answer) = promise(request, call, attempt.subject)
        guard let first = attempt.first else {
            call.send = { answer(self.recorded($0, attempt.subject, call)) }
            return .deferred(deferred)
        }
        repetitions.began(first.name, fingerprint: first.fingerprint)
        let abandoned = deferred.onAbandoned
        deferred.onAbandoned = {
            abandoned?()
            self.repetitions.ended(first.name, .failure(.unfinished))
        }
        call.send = { result in
            var result = self.recorded(result, attempt.subject, call)
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
    ///
    /// What began outside the database is told as it ended there: its entry was durable before, and so was everything
    /// that it depends on.
    private func promise(
        _ request: HTTPRequest, _ call: APICall, _ subject: AuditTrail.Subject? = nil
    ) -> (DeferredResponse, @LoopActor (Result<Answer, Refusal>) -> Void) {
        let deferred = DeferredResponse()
        deferred.onAbandoned = {
            // What was answered is written down already, and waits only for its commit.
            let isUnanswered = call.send != nil
            call.send = nil
            call.onAbandoned?()
            call.onAbandoned = nil
            if isUnanswered { _ = self.recorded(.failure(.abandoned), subject, call) }
        }
        return (
            deferred,
            { result in
                let response = Self.response(result, request)
                if call.hasBegun { return deferred.release(response) }
                self.release(deferred, response, requestID: request.requestID)
            }
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
        if let takeOver = answer.takeOver {
            return HTTPResponse(answer.status, headers: answer.headers, body: .upgrade(takeOver))
        }
        if let stream = answer.stream {
            return HTTPResponse(answer.status, headers: answer.headers, body: .stream(stream))
        }
        return HTTPResponse(
            answer.status, headers: answer.headers,
            body: answer.status.forbidsBody ? .empty : .bytes(answer.body))
    }
}
