import Model

/// What a plan has given away so far, by the nodes' positions in the index.
struct PlacementDraft {
    let request: PlacementRequest
    /// Whether some node may refuse it for the configs or the login it comes with.
    let mayRefuseConfigs: Bool
    private let standing: [Int]
    private var counts: [Int]
    /// What a node was given first, and all it was given once that is more: most are given one replica.
    private var firstPorts: [Int: [PortMapping]] = [:]
    private var ports: [Int: PortTable] = [:]

    /// Begins with the replicas of the deployment that stand on each node.
    init(_ request: PlacementRequest, standing: [Int], mayRefuseConfigs: Bool) {
        self.request = request
        self.standing = standing
        self.mayRefuseConfigs = mayRefuseConfigs
        counts = [Int](repeating: 0, count: standing.count)
    }

    /// How many replicas of the deployment a node has and was given.
    func replicas(on position: Int) -> Int { standing[position] + counts[position] }

    /// How many replicas of the request a node was given.
    func count(on position: Int) -> Int { counts[position] }

    /// The ports the request was given on a node; nil where none were.
    func ports(on position: Int) -> PortTable? {
        guard counts[position] > 0 else { return nil }
        if let table = ports[position] { return table }
        guard let first = firstPorts[position] else { return nil }
        var table = PortTable()
        table.reserve(first, for: request.deploymentID, nil)
        return table
    }

    mutating func take(_ taken: [PortMapping], on position: Int) {
        defer { counts[position] += 1 }
        guard !taken.isEmpty else { return }
        guard var table = ports(on: position) else {
            firstPorts[position] = taken
            return
        }
        ports[position] = nil
        table.reserve(taken, for: request.deploymentID, nil)
        ports[position] = table
    }
}
