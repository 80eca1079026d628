import EventLoop
import Model

/// Who may use a route; decided from the head, before any body is read.
enum RouteAccess: Sendable {
    /// Everybody.
    case open
    /// Whoever shows an operator token that allows this.
    case operators(OperatorScope)
    /// Whoever shows the registration token.
    case registration
    /// The node that the parameter `id` names, with a credential of its own.
    case node
    /// The node that a header names, with a credential of its own in the tunnel's header.
    case tunnel
    /// As the settings say; by default this machine, and operators.
    case metrics

    /// Whether an operator token opens it.
    var isOperators: Bool {
        if case .operators = self { true } else { false }
    }

}

/// One operation of the REST contract.
struct APIRoute {
    /// What a handler made of a request.
    enum Disposition {
        /// The answer, to be sent once the state it tells of is durable.
        case answer(Answer)
        /// The handler keeps the call and answers later.
        case later
        /// The answer is the result of work that waits, such as a read of history; it changes nothing.
        case work(@LoopActor () async throws(Refusal) -> Answer)
    }

    let method: HTTPMethod
    /// `/api/v1/nodes/{id}`.
    let pattern: String
    let access: RouteAccess
    let bodyLimit: Int
    /// Whether the handler starts with the head and reads the body itself.
    let streamsBody: Bool
    /// Milliseconds a handler may take to answer.
    let deadlineMilliseconds: Int64?
    /// Whether the answer tells nothing of core state and so waits for nothing.
    let isStateless: Bool
    /// Whether `dry_run` and `Idempotency-Key` mean anything to it; where not, both are refused.
    let isRepeatable: Bool
    let handle: @LoopActor (APICall) throws(Refusal) -> Disposition

    /// The one thing an operator's token must allow; nil when the route is not the operators'.
    var scope: OperatorScope? {
        switch access {
        case .operators(let scope): scope
        case .metrics: .metricsRead
        case .open, .registration, .node, .tunnel: nil
        }
    }

    init(
        _ method: HTTPMethod, _ pattern: String, _ access: RouteAccess,
        bodyLimit: Int = ControlPlaneLimits.operatorBodyBytes, deadlineMilliseconds: Int64? = nil,
        isStateless: Bool = false, isRepeatable: Bool = true, streamsBody: Bool = false,
        _ handle: @escaping @LoopActor (APICall) throws(Refusal) -> Disposition
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.bodyLimit = bodyLimit
        self.streamsBody = streamsBody
        self.deadlineMilliseconds = deadlineMilliseconds
        self.isStateless = isStateless
        self.isRepeatable = isRepeatable
        self.handle = handle
    }
}
