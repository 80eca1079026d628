/// The labels every container of ours carries; the shell and the core share these names.
public enum ContainerLabel {
    /// The node that owns the container; only those with our own id are ours.
    public static let nodeID = "fledx.node_id"
    /// The control plane's history the container was made in.
    public static let epoch = "fledx.epoch"
    /// The placement the container belongs to.
    public static let assignmentID = "fledx.assignment_id"
    /// The deployment.
    public static let deploymentID = "fledx.deployment_id"
    /// The deployment's name, for people.
    public static let deploymentName = "fledx.deployment_name"
    /// Which replica, from 0.
    public static let replicaNumber = "fledx.replica_number"
    /// The generation the container was made for.
    public static let generation = "fledx.generation"
    /// The keyed hash of everything the container was made from.
    public static let specHash = "fledx.spec_hash"
    /// The host paths the container can write to, as declared, a line each; empty is none.
    public static let writableVolumes = "fledx.writable_volumes"
    /// How many seconds it has to end by itself.
    public static let stopGrace = "fledx.stop_grace_secs"
}
