/// Mistakes the real shells must not make; each is switched on alone to prove that the simulation notices it.
enum Bug: String, CaseIterable, Sendable {
    /// The agent acts on a document while it is being written, and may lose it.
    case actsBeforeDocumentIsDurable
    /// The control plane answers before the rows are stored.
    case answersBeforeCommit
    /// The ports of a retiring placement are free at once.
    case freesRetiringPortsAtOnce
    /// The agent believes that the old container was stopped without having done it.
    case leavesOldContainerRunning
    /// A started control plane takes the stored last-seen times for reports.
    case takesUnknownNodesForKnown
    /// The agent takes an empty document that names no command.
    case acceptsEmptyDocument
    /// The agent reports in full before it knows Docker's containers.
    case reportsInFullBeforeListing
    /// The control plane gives the documents of an older database to nodes that nobody has confirmed.
    case tellsNodesOfALostHistory
    /// The agent says that a replica serves at the generation it was told before it does.
    case reportsReadyBeforeStart
    /// The agent says that a replica serves as soon as it runs, whatever its probes say.
    case takesRunningForReady
    /// The agent forgets, when it starts again, which generations did not work.
    case forgetsRejections
    /// The agent says that a replica is at the generation it was told before the files of its configs are.
    case reportsBeforeReload
    /// The agent takes a reload that failed for one that is done.
    case takesAFailedReloadForDone
    /// The agent does not write down, before it writes files, that a program is to be told of them.
    case forgetsWhomToTell
    /// The agent believes that the files of a running container were written anew without having done it.
    case leavesOldFilesInPlace
}
