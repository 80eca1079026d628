public import Model

/// One thing the shell shall do; exactly one result with the same id comes back for each.
public struct NodeAction: Hashable, Sendable {
    /// The thing to do.
    public enum Work: Hashable, Sendable {
        /// List all containers that carry our node id, in any state: `.containersListed`.
        case listContainers
        /// Inspect one container: `.containerInspected`.
        case inspect(ContainerID)
        /// Look whether the image is present, without any network: `.imageReady`, `.imageAbsent` or `.failed`.
        case lookUp(image: String)
        /// Make the image present as the policy says: `.imageReady` or `.failed`. With `.missing` a present image
        /// needs no network; a present image named by its digest is never pulled.
        case pull(image: String, policy: PullSpec.Policy, credential: String?)
        /// Create, but not start: `.containerCreated` or `.failed`.
        case create(ContainerPlan)
        /// Start: `.containerStarted` (also when it ran already), `.containerStartedAsBefore` or `.failed`.
        case start(ContainerID)
        /// Write the live files of its configs anew, as the applied document has them, where they differ, and send the
        /// signals they name: `.containerReloaded` (also when nothing differed or it had ended) or `.failed`.
        case reload(ContainerID)
        /// Ask it to end, kill it after the grace: `.containerStopped` (also when it had ended) or `.failed`.
        case stop(ContainerID, graceSecs: Int)
        /// Remove with its anonymous volumes, by force: `.containerRemoved` (also when it was gone) or `.failed`.
        case remove(ContainerID)
        /// Take away the name an image was pulled by, and with its last name the image; one whose name stands for
        /// another image by now goes itself, unless somebody gave it a name: `.imageRemoved` or `.failed`.
        case removeImage(PulledImage)
        /// Ask a running container how it is: `.probed`.
        case probe(ProbeCall)
        /// Look which ports of this machine somebody listens on: `.portsListed`.
        case listPorts
        /// Make the memory durable: `.memoryPersisted` or `.failed`.
        case persistMemory(NodeMemory)
    }

    /// Matches the result.
    public let id: ActionID
    /// The placement it is done for; nil for the node as a whole, and for a pull, which may serve several.
    public let assignmentID: AssignmentID?
    /// The thing to do.
    public let work: Work
}
