internal import Model

/// Actions that await their result, the lanes they fill, and the logical clock that orders words about containers.
struct Flights: Sendable {
    enum Purpose: Hashable, Sendable {
        case replica(AssignmentID)
        case pull(PullKey)
        case list
        case inspect(ContainerID)
        case persist
        case images
        case ports
        case probe(ContainerID, ProbeKind, run: UInt64)
    }

    enum Lane: Hashable, Sendable {
        case pull
        case stop
        case quick
        case inspect
        case probe
        case node

        var limit: Int {
            switch self {
            case .pull: NodeLimits.concurrentPulls
            case .stop: NodeLimits.concurrentStops
            case .quick: NodeLimits.concurrentQuickActions
            case .inspect: NodeLimits.concurrentInspections
            case .probe: NodeLimits.concurrentProbes
            case .node: 2
            }
        }
    }

    struct Flight: Hashable, Sendable {
        var purpose: Purpose
        var lane: Lane
        var work: NodeAction.Work
    }

    private(set) var clock: UInt64 = 0
    private(set) var staleResults: UInt64 = 0
    private var underWay: [ActionID: Flight] = [:]
    private var purposes: [Purpose: ActionID] = [:]
    private var lanes: [Lane: Int] = [:]

    var count: Int { underWay.count }

    func has(_ purpose: Purpose) -> Bool { purposes[purpose] != nil }

    func hasRoom(_ lane: Lane) -> Bool { lanes[lane, default: 0] < lane.limit }

    /// The next tick of the logical clock.
    mutating func tick() -> UInt64 {
        clock += 1
        return clock
    }

    mutating func begin(
        _ purpose: Purpose, _ lane: Lane, _ work: NodeAction.Work, for assignment: AssignmentID? = nil
    ) -> NodeAction {
        let id = ActionID(number: tick())
        underWay[id] = Flight(purpose: purpose, lane: lane, work: work)
        purposes[purpose] = id
        lanes[lane, default: 0] += 1
        return NodeAction(id: id, assignmentID: assignment, work: work)
    }

    /// The flight that ends; nil, and counted, when nobody awaits it.
    mutating func end(_ id: ActionID) -> Flight? {
        guard let flight = underWay.removeValue(forKey: id) else {
            staleResults += 1
            return nil
        }
        purposes[flight.purpose] = nil
        lanes[flight.lane, default: 0] -= 1
        return flight
    }

    /// Gives up everything that Docker was asked for.
    mutating func abandonDocker() {
        for (id, flight) in underWay where flight.purpose != .persist {
            underWay[id] = nil
            purposes[flight.purpose] = nil
            lanes[flight.lane, default: 0] -= 1
        }
    }
}
