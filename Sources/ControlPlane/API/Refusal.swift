import ClusterCore
import JSON
import Model
import SQLite

/// Why a request is not granted, as the client hears it.
struct Refusal: Error, Sendable {
    var status: HTTPStatus
    var code: String
    var message: String
    var details: [FieldFault] = []
    var headers: [(String, String)] = []
    /// Members of the error body beyond the usual ones.
    var extra: [JSONMember] = []
    /// Why a credential was not good enough, where that is the reason.
    var credentialFault: CredentialFault?

    init(
        _ status: HTTPStatus, _ code: String, _ message: String, details: [FieldFault] = [],
        headers: [(String, String)] = []
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers
    }

    /// Maps what the core refuses.
    init(_ rejection: Rejection) {
        let (status, code) = Self.mapping(rejection.code)
        self.init(
            status, code, rejection.message,
            details: rejection.faults.map { FieldFault(field: $0.field, message: $0.message) })
    }

    private static func mapping(_ code: Rejection.Code) -> (HTTPStatus, String) {
        switch code {
        case .notFound: (.notFound, "not_found")
        case .nameTaken: (.conflict, "name_taken")
        case .alreadyRegistered: (.conflict, "already_done")
        case .staleGeneration: (.preconditionFailed, "stale_generation")
        case .holdsReplicas: (.conflict, "holds_replicas")
        case .unplaceable: (.conflict, "unplaceable")
        case .invalid: (.unprocessableContent, "invalid")
        case .payloadTooLarge: (.contentTooLarge, "payload_too_large")
        case .gone: (.gone, "gone")
        case .internalFault: (.internalServerError, "internal_error")
        }
    }

    static func badRequest(_ message: String, details: [FieldFault] = []) -> Refusal {
        Refusal(.badRequest, "bad_request", message, details: details)
    }

    static func notFound(_ what: String, _ reference: String) -> Refusal {
        Refusal(.notFound, "not_found", "there is no \(what) '\(reference.prefix(80))'")
    }

    static func invalid(_ faults: FaultList) -> Refusal {
        let count = faults.faults.count
        let noun = count == 1 ? "1 field is" : "\(count) fields are"
        return Refusal(
            .unprocessableContent, "invalid", "\(noun) not valid; see details", details: faults.faults)
    }

    /// A request under the same key was at work, and its client left before it was answered.
    static let unfinished = Refusal(
        .serviceUnavailable, "unfinished", "the first request with this key was broken off; send it again",
        headers: [("retry-after", "1")])

    /// Nobody waited for the answer: the client left, or its time was over.
    static let abandoned = Refusal(
        .serviceUnavailable, "abandoned", "nobody waited for the answer; what had begun may have been done")

    /// The node acts in another history of the cluster; it keeps what it has and asks again.
    static let unconfirmedHistory = Refusal(
        .conflict, "unconfirmed_history",
        "the node acts in another history of this cluster; it gets no document before an operator confirms",
        headers: [("retry-after", "\(ControlPlaneLimits.confirmationRetrySeconds)")])

    /// What stands in the way, in words for whoever can do something about it.
    static func reason(_ failure: SQLiteFailure) -> String {
        switch failure.kind {
        case .full: "the disk is full"
        case .inputOutput: "the disk fails: \(failure.detail)"
        case .readOnly: "the file system is read-only"
        case .reserve: failure.detail
        case .closed: "the control plane is stopping"
        default: (failure.cause as? SQLiteFailure).map(reason) ?? "\(failure.detail) (\(failure.code))"
        }
    }

    /// The store does not take changes at present; nothing of the request was done.
    static func storage(_ failure: SQLiteFailure) -> Refusal {
        let isBusy = failure.kind == .storageBusy
        return Refusal(
            .serviceUnavailable, isBusy ? "storage_busy" : "storage_unavailable",
            isBusy
                ? "too much waits for the database; try again"
                : "the database cannot be written at present (\(Self.reason(failure))); nothing was changed; try again",
            headers: [("retry-after", "\(ControlPlaneLimits.storageRetrySeconds)")])
    }
}
