import Model

extension Cluster {
    /// Gives every replica a new generation that differs in the restart counter alone.
    mutating func restartDeployment(
        _ payload: RestartDeployment, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        var row = try liveDeployment(payload.id, expecting: nil)
        let used = (tables.revisions[row.id] ?? [:]).values.map(\.restartNonce).max() ?? 0
        let former = row.generation
        row.restartNonce = unlikeLost(max(used, row.restartNonce) + 1, change.now.wall)
        beginGeneration(&row, &change)
        putRevision(
            of: row, after: former, cause: .restarted, repulls: payload.repulls, &change)
        change.events.append(.deploymentUpdated(row.id, generation: row.generation))
        return try settleForReply(row.id, requiresPlacement: false, &change, &ids)
    }

    /// Makes a new generation of an earlier one.
    mutating func rollBackDeployment(
        _ payload: RollBackDeployment, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        var row = try liveDeployment(payload.id, expecting: payload.expectedGeneration)
        let revision = try revisionToRestore(payload.generation, of: row)
        restore(revision, in: &row, because: "an operator asked for it", &change)
        return try settleForReply(row.id, requiresPlacement: false, &change, &ids)
    }

    /// Holds an update where it is.
    mutating func pauseDeployment(_ payload: PauseDeployment, _ change: inout ChangeSet) throws(Rejection)
        -> Reply
    {
        var row = try liveDeployment(payload.id, expecting: nil)
        guard !row.rollout.isPaused else { return .deployment(reply(row.id, hasChanged: false)) }
        row.rollout.isPaused = true
        setPhase(row.rollout.phase, row.rollout.reason, of: &row, &change)
        return .deployment(reply(row.id, hasChanged: true))
    }

    /// Lets a held update go on; a failed one is tried once more, as a generation nobody has rejected yet.
    mutating func resumeDeployment(
        _ payload: ResumeDeployment, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        var row = try liveDeployment(payload.id, expecting: nil)
        guard row.rollout.isPaused || row.rollout.phase == .failed else {
            return .deployment(reply(row.id, hasChanged: false))
        }
        row.rollout.isPaused = false
        if row.rollout.phase == .failed {
            let former = row.generation
            beginGeneration(&row, &change)
            putRevision(of: row, after: former, &change)
            change.events.append(.deploymentUpdated(row.id, generation: row.generation))
        } else {
            setPhase(row.rollout.phase, nil, of: &row, &change)
        }
        return try settleForReply(row.id, requiresPlacement: false, &change, &ids)
    }

    /// Counts a generation and starts its update.
    mutating func beginGeneration(_ row: inout DeploymentRow, _ change: inout ChangeSet) {
        row.generation += 1
        row.updatedAt = change.now.wall
        row.rollout = row.rollout.next(since: change.now.wall)
        put(.deployment(row), &change)
        touchRecreated(row, &change)
        pulses[row.id] = nil
        change.changedDeployments.insert(row.id)
    }

    /// Keeps what the declared generation is.
    mutating func putRevision(
        of row: DeploymentRow, after former: UInt64, cause: RevisionRow.Cause = .declared,
        repulls: Bool = false, _ change: inout ChangeSet
    ) {
        let container = row.spec.container
        let pin =
            repulls
            ? nil : inheritedPin(container.image, policy: container.pull.policy, from: former, of: row.id)
        let revision = RevisionRow(
            deploymentID: row.id, generation: row.generation, spec: row.spec, restartNonce: row.restartNonce,
            pinnedImage: pin, repulls: repulls, cause: cause,
            configs: tables.revisions[row.id]?[former]?.configs ?? [], createdAt: change.now.wall)
        put(.revision(revision), &change)
    }

    private func revisionToRestore(_ wanted: UInt64?, of row: DeploymentRow) throws(Rejection) -> RevisionRow
    {
        let kept = tables.revisions[row.id] ?? [:]
        if let wanted {
            guard wanted != row.generation else {
                throw Self.refusedRevision("\(wanted) is what is declared now")
            }
            guard let revision = kept[wanted] else {
                let known = kept.keys.filter { $0 != row.generation }.sorted().map { "\($0)" }
                throw Self.refusedRevision(
                    "there is no revision \(wanted); kept are \(known.joined(separator: ", "))")
            }
            return revision
        }
        if let good = row.rollout.lastGood, good != row.generation, let revision = kept[good] {
            return revision
        }
        guard let previous = kept.keys.filter({ $0 < row.generation }).max().flatMap({ kept[$0] }) else {
            throw Self.refusedRevision("there is no earlier revision")
        }
        return previous
    }

    private static func refusedRevision(_ message: String) -> Rejection {
        Rejection(
            .invalid, "revision: \(message)", faults: [.init(field: "revision", message: message)])
    }
}
