import ClusterCore
import Model

/// What an operator is told.
enum OperatorAnswer {
    case done(Reply)
    case refused(Rejection)
    /// Nothing is known: the process died or the disk refused.
    case unavailable
}

/// What a node is told on registration.
enum RegistrationAnswer {
    case welcome(secret: UInt64)
    case refused(Rejection.Code)
    case unavailable
}

/// What a node is told on a heartbeat.
enum ReportAnswer {
    case taken(Reply.Report)
    case unauthorized
    case gone
    case unavailable
}

/// What a node is told on a long poll.
enum PollAnswer {
    case document(DesiredStateDocument)
    case unchanged
    case unauthorized
    case gone
    case unavailable
}
