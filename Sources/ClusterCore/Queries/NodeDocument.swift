public import Model

/// What a node shall run: the core's part of its desired-state document.
public struct NodeDocument: Hashable, Sendable {
    /// The history it belongs to.
    public var epoch: Epoch
    /// The node's newest revision.
    public var revision: UInt64
    /// Older epochs whose agents may take it.
    public var accepts: [Epoch]
    /// The command that emptied it, where it is empty because of one.
    public var emptiedBy: DesiredStateDocument.EmptiedBy?
    /// The replicas, ordered by deployment and number.
    public var replicas: [DesiredReplica]
    /// The versions of configs that replicas name.
    public var configs: [ConfigVersionRow]
    /// The logins their images may need.
    public var credentials: [RegistryCredentialRow]
}
