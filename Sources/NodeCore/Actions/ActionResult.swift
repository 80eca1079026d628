/// What became of an action.
public enum ActionResult: Hashable, Sendable {
    /// All containers with our node id, complete.
    case containersListed([ObservedContainer])
    /// One container; nil is gone.
    case containerInspected(ObservedContainer?)
    /// The image is there; `digest` is `repository@sha256:…` where its repository knows it;
    /// `wasPulled` when it was not here before.
    case imageReady(imageID: String, digest: String? = nil, wasPulled: Bool = false)
    /// The image is not there.
    case imageAbsent
    /// The container exists.
    case containerCreated(ContainerID)
    /// The container runs, or ran for a moment.
    case containerStarted
    /// The same, but the contents of its live files cannot be had now: it began with those it had.
    case containerStartedAsBefore
    /// The files of the container's configs are as declared, and it was told where it asks for that.
    case containerReloaded
    /// The container does not run any more.
    case containerStopped
    /// The container is gone.
    case containerRemoved
    /// The image is gone.
    case imageRemoved
    /// The container answered, or did not.
    case probed(ProbeOutcome)
    /// The ports of this machine that somebody listens on.
    case portsListed(Set<UInt16>)
    /// The memory is durable.
    case memoryPersisted
    /// It did not work.
    case failed(ActionFailure)
}
