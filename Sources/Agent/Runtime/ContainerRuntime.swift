internal import EventLoop
internal import Model
internal import NodeCore

/// Where containers run: Docker, or an injected fault.
@LoopActor
protocol ContainerRuntime: AnyObject, Sendable {
    /// Hears what nodes are told beside declarations, and what wished containers are made from, before anything is done
    /// for it.
    func told(_ document: DesiredStateDocument, specHashes: [AssignmentID: String])
    /// What can be seen of the way to it without asking; another value means that it came anew.
    var entrance: FileStatus? { get }
    /// Returns when the runtime answers; throws when it does not.
    func probe() async throws
    /// Follows what happens to this node's containers until the runtime goes away.
    func changes() async throws -> any ContainerChanges
    /// Names of containers here that belong to another node id of ours.
    func strangers() async throws -> [String]
    /// How much of the space for images is used, in hundredths; nil where that cannot be seen.
    func imageSpace() async throws -> Int?
    /// A container's counters.
    func reading(of id: ContainerID) async throws -> ContainerReading
    /// Does one thing; never throws, a failure is a result.
    func perform(_ work: NodeAction.Work) async -> ActionResult
}

extension ContainerRuntime {
    /// Forgets it, where nobody needs it.
    func told(_ document: DesiredStateDocument, specHashes: [AssignmentID: String]) {}

    /// Nothing can be seen of it.
    var entrance: FileStatus? { nil }

    /// Nothing is known of it.
    func imageSpace() async throws -> Int? { nil }

    /// None, where nothing is known of other nodes.
    func strangers() async throws -> [String] { [] }
}

/// What happens to containers, as it happens.
@LoopActor
protocol ContainerChanges: AnyObject, Sendable {
    /// The next change; nil when the runtime ended the stream.
    func next() async throws -> (id: ContainerID, change: ContainerChange)?
    /// Ends the stream.
    func cancel()
}
