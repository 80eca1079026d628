public import EventLoop
public import HTTPServer
import JSON
public import Model
import TestKit

/// A control plane as an agent sees it: real HTTP on loopback, every answer the test's choice.
@LoopActor
public final class ScriptedControlPlane {
    /// One registration as it came.
    public struct Registered: Sendable {
        /// The body.
        public let body: RegistrationRequest
        /// The idempotency key.
        public let key: String
        /// The token.
        public let token: String
    }

    /// What nodes are told to run; polls are held until it differs from what the node has.
    public private(set) var document: DesiredStateDocument?
    /// Answers instead of the script when it returns something.
    public var intercept: (@LoopActor (HTTPRequest) throws -> HTTPReply?)?
    /// Reports in order.
    public private(set) var reports: [NodeReport] = []
    /// Registrations in order.
    public private(set) var registrations: [Registered] = []
    /// Times of polls, by the loop's clock.
    public private(set) var polls: [MonotonicInstant] = []
    /// What attempts to open a tunnel are answered; this script has none.
    public var dialAnswer: @LoopActor () throws -> HTTPReply = {
        throw HTTPRejection(.notFound, "not_found", "no tunnel here")
    }
    /// How many attempts there were.
    public private(set) var dials = 0
    /// The largest report body.
    public private(set) var largestReport = 0
    /// Seconds between reports that nodes are told.
    public var intervalSecs = 30
    /// Whether reports are answered.
    public var takesReports = true
    /// Whether answers to reports wish for the whole.
    public var wantsFull = false
    /// Whether reports are answered as ones that were overtaken by newer ones.
    public var takesReportsAsStale = false
    /// The port, the same after a restart.
    public private(set) var port: UInt16 = 0
    /// Wakes after everything that came.
    public let changed = Gate()

    private var missesReport = false
    private var server: HTTPServer?
    private var held: [DeferredResponse] = []
    /// Acknowledged sequence numbers are those of the reports.
    private let token = "node-token-of-the-script"

    /// Starts on a port the system chooses.
    public init() throws { try start() }

    /// What agents are given.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Listens again after `stop`, knowing nothing of the node, as a new process does.
    public func start() throws {
        missesReport = port != 0
        let router = Router()
        router.on(.post, "/api/v1/nodes/register") { [unowned self] in try intercepted($0) ?? register($0) }
        router.on(
            .post, "/api/v1/nodes/{id}/heartbeats", RouteOptions(body: .collected(limitBytes: 1 << 20))
        ) { [unowned self] in
            let reply = try intercepted($0)
            return try reply ?? report($0)
        }
        router.on(.get, "/api/v1/nodes/{id}/desired-state") { [unowned self] request in
            polls.append(EventLoop.now)
            changed.changed()
            return try intercepted(request) ?? poll(request)
        }
        router.on(.get, "/agent-tunnel") { [unowned self] _ in
            dials += 1
            changed.changed()
            return try dialAnswer()
        }
        let server = HTTPServer(router, HTTPServerConfiguration(ids: SeededIDSource(seed: 3)))
        port = try server.listenTCP(host: "127.0.0.1", port: port)
        self.server = server
    }

    /// Goes away as a killed process does.
    public func stop() async {
        held = []
        await server?.stop(deadlineMilliseconds: 0)
        server = nil
    }

    /// Publishes a document; held polls are answered with it.
    public func publish(_ document: DesiredStateDocument?) {
        self.document = document
        let waiting = held
        held = []
        for poll in waiting { poll.release(answer(to: nil)) }
    }

    /// Publishes replicas as the next revision.
    public func publish(
        _ replicas: [DesiredReplica], epoch: Epoch = ScriptedControlPlane.epoch, emptied: Bool = false
    ) {
        let revision = (document?.revision ?? 0) + 1
        publish(Self.document(replicas, revision: revision, epoch: epoch, emptied: emptied))
    }

    /// Ends every held poll with nothing new.
    public func releasePolls() {
        let waiting = held
        held = []
        for poll in waiting { poll.release(HTTPResponse(.notModified)) }
    }

    /// The newest report.
    public var last: NodeReport? { reports.last }

    /// What the newest report says of a replica.
    public func state(_ replica: DesiredReplica) -> InstanceReport? {
        reports.last?.containers.first { $0.assignmentID == replica.assignmentID }
    }

    /// The history the script belongs to.
    public nonisolated static let epoch = Epoch(UUIDValue(high: 9, low: 9))

    /// A document.
    public nonisolated static func document(
        _ replicas: [DesiredReplica], revision: UInt64, epoch: Epoch = ScriptedControlPlane.epoch,
        emptied: Bool = false
    ) -> DesiredStateDocument {
        DesiredStateDocument(
            epoch: epoch, revision: revision, headRevision: revision,
            emptiedBy: emptied ? .init(revision: revision, requestID: "r") : nil,
            controlPlaneVersion: "1.0.0", minSupportedAgentVersion: "0.0.0",
            maxSupportedAgentVersion: "99.0.0",
            tunnel: TunnelEndpoint(host: "127.0.0.1", port: 1, useTLS: false), deployments: replicas)
    }

    private func intercepted(_ request: HTTPRequest) throws -> HTTPReply? { try intercept?(request) }

    private func register(_ request: HTTPRequest) throws -> HTTPReply {
        let body = try JSONCoder.decode(RegistrationRequest.self, from: request.body)
        registrations.append(
            Registered(
                body: body, key: request.headers["idempotency-key"] ?? "", token: request.bearerToken ?? ""))
        changed.changed()
        let answer = RegistrationResponse(
            nodeID: body.nodeID ?? NodeID(UUIDValue(high: 5, low: 5)), nodeToken: token,
            tunnel: TunnelEndpoint(host: "127.0.0.1", port: 1, useTLS: false))
        return .now(HTTPResponse(.created, json: try JSONCoder.encode(answer)))
    }

    private func report(_ request: HTTPRequest) throws -> HTTPReply {
        largestReport = max(largestReport, request.body.count)
        let report = try NodeReportCodec.decode(request.body)
        guard takesReports else { return .now(HTTPResponse(.internalServerError)) }
        reports.append(report)
        missesReport = false
        changed.changed()
        let answer = HeartbeatResponse(
            ack: takesReportsAsStale ? 0 : report.sequence, wantFull: wantsFull,
            headRevision: document?.revision ?? 0,
            heartbeatIntervalSecs: intervalSecs)
        return .now(HTTPResponse(json: try JSONCoder.encode(answer)))
    }

    private func poll(_ request: HTTPRequest) -> HTTPReply {
        let answer = answer(to: request.headers["if-none-match"])
        if missesReport {
            var wanting = answer
            wanting.headers.set("x-fledx-report-wanted", "true")
            return .now(wanting)
        }
        guard answer.status == .notModified, !request.head.target.hasSuffix("wait=0") else {
            return .now(answer)
        }
        let waiting = DeferredResponse()
        held.append(waiting)
        return .deferred(waiting)
    }

    private func answer(to known: String?) -> HTTPResponse {
        guard let document, known != "\"\(document.epoch).\(document.revision)\"",
            let body = try? JSONCoder.encode(document)
        else { return HTTPResponse(.notModified) }
        return HTTPResponse(json: body)
    }
}
