import Model

extension Cluster {
    /// Forgets what nodes said of their replicas once they are silent for so long that nobody should believe it.
    ///
    /// A node that comes back is asked for a full report.
    mutating func forgetOldReports(_ change: inout ChangeSet) {
        guard settings.instanceStatusMilliseconds > 0 else { return }
        for (id, life) in live where life.status == .unreachable && !life.instances.isEmpty {
            let silence = change.now.monotonic.milliseconds(since: life.lastSeen.monotonic)
            guard silence > settings.instanceStatusMilliseconds else { continue }
            live[id]?.instances = [:]
            live[id]?.doubtReports()
            for row in rows(on: id) { change.changedDeployments.insert(row.deploymentID) }
        }
    }
}
