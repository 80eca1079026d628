internal import Model

/// Replicas that are gone, said again in each report until one with them was acknowledged.
struct RemovedReports: Sendable {
    private struct Entry: Sendable {
        var report: InstanceReport
        /// The first heartbeat that carried it.
        var sequence: UInt64?
    }

    private var entries: [AssignmentID: Entry] = [:]

    mutating func add(_ track: ReplicaTrack, at now: Moment) {
        guard entries.count < NodeLimits.removedReports else { return }
        let report = InstanceReport(
            assignmentID: track.assignmentID, deploymentID: track.origin.deploymentID,
            replicaNumber: track.origin.replicaNumber, generation: track.origin.generation, state: .removed,
            lastUpdated: now.wall)
        entries[track.assignmentID] = Entry(report: report, sequence: nil)
    }

    mutating func forget(_ id: AssignmentID) { entries[id] = nil }

    mutating func reports(in sequence: UInt64) -> [InstanceReport] {
        for id in entries.keys where entries[id]?.sequence == nil { entries[id]?.sequence = sequence }
        return entries.values.map(\.report)
    }

    mutating func acknowledged(_ sequence: UInt64) {
        entries = entries.filter { entry in entry.value.sequence.map { $0 > sequence } ?? true }
    }
}
