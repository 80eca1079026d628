/// Why an action did not work, in the core's classes.
public struct ActionFailure: Hashable, Sendable {
    /// What the planner must tell apart.
    public enum Kind: Hashable, Sendable {
        /// The registry does not know the image, or the policy is `never` and it is not here.
        case imageNotFound
        /// The registry did not answer or refused the credentials.
        case registryUnavailable
        /// The image was there before and is not any more.
        case imageGone
        /// The container does not exist any more.
        case containerGone
        /// Another container has the name; the next try takes a new one.
        case nameTaken
        /// Somebody else holds a host port; the detail names it.
        case portTaken
        /// What Docker left of an earlier start of the container bars every later one; another container can start.
        case startBarred
        /// Docker does not accept the declaration.
        case invalid
        /// Something of this node that the declaration needs is missing or not allowed; the detail names it.
        case notPrepared
        /// Docker cannot be asked: Docker counts as unreachable until `dockerBecameReachable`.
        case dockerUnreachable
        /// Anything else.
        case other

        /// Whether a start that fails so may be the program's own fault.
        var speaksOfTheProgram: Bool { self != .portTaken && self != .notPrepared && self != .startBarred }
    }

    /// The class.
    public var kind: Kind
    /// The words of the one that refused, bounded.
    public var detail: String

    /// Describes a failure; long details are cut.
    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail =
            detail.utf8.count <= NodeLimits.detailBytes
            ? detail : String(decoding: detail.utf8.prefix(NodeLimits.detailBytes), as: UTF8.self) + "…"
    }
}
