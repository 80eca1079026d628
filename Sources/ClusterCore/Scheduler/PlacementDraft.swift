import Model

/// What a plan has given away so far, by the nodes' positions in the index.
struct PlacementDraft {
    let request: PlacementRequest
    private var counts: [Int]
    private var ports: [Int: PortTable] = [:]

    init(_ request: PlacementRequest, slots: Int) {
        self.request = request
        counts = [Int](repeating: 0, count: slots)
    }

    /// How many replicas of the request a node was given.
    func count(on position: Int) -> Int { counts[position] }

    /// The ports the request was given on a node; nil where none were.
    func ports(on position: Int) -> PortTable? { ports.isEmpty ? nil : ports[position] }

    mutating func take(_ taken: [PortMapping], on position: Int) {
        counts[position] += 1
        guard !taken.isEmpty else { return }
        ports[position, default: PortTable()].reserve(taken, for: request.deploymentID, nil)
    }
}
