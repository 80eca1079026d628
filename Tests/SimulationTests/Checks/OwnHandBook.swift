import Model

/// What the control plane's own decisions have taken down: replicas that served, were told to change or to go elsewhere,
/// and have not served again as they were told since.
struct OwnHandBook {
    /// One replica, whatever place it has.
    struct Replica: Hashable {
        var deployment: DeploymentID
        var number: Int
    }

    /// What must serve for the replica to be up again.
    struct Awaited: Equatable {
        var assignment: AssignmentID
        /// The generation from which on its container is the one that was asked for.
        var generation: UInt64
    }

    private(set) var down: [Replica: Awaited] = [:]
    /// The newest generation at which a right container of a placement has served; what it did then is not our hand.
    private var proven: [AssignmentID: UInt64] = [:]

    /// A replica that served was told something that ends its container.
    mutating func took(_ replica: Replica, awaiting awaited: Awaited) {
        if proven[awaited.assignment].map({ $0 < awaited.generation }) ?? true { down[replica] = awaited }
    }

    /// What was asked of a replica that is down has changed.
    mutating func changed(_ replica: Replica, to awaited: Awaited) {
        if down[replica] != nil { down[replica] = awaited }
    }

    /// A container serves that is right by the orders of its node, which are for a generation.
    mutating func served(_ replica: Replica, _ assignment: AssignmentID, generation: UInt64) {
        proven[assignment] = max(proven[assignment] ?? 0, generation)
        guard let awaited = down[replica], awaited.assignment == assignment,
            generation >= awaited.generation
        else { return }
        down[replica] = nil
    }

    /// An operator deleted the node of a placement by force: what was to come up there is down by that hand.
    mutating func deletedByForce(_ assignment: AssignmentID) {
        forget { $1.assignment == assignment }
    }

    /// Nothing is asked of these any more.
    mutating func forget(where isOver: (Replica, Awaited) -> Bool) {
        down = down.filter { !isOver($0.key, $0.value) }
    }

    /// How many of the first replicas of a deployment are down.
    func count(of deployment: DeploymentID, below replicas: Int) -> Int {
        down.keys.count { $0.deployment == deployment && $0.number < replicas }
    }
}
