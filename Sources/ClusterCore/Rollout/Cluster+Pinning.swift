import Model

extension Cluster {
    /// Fixes the image of a revision to the first digest one of its replicas reports.
    ///
    /// Replicas that were told the tag keep it: what a node was told of a generation never changes.
    mutating func pinImage(_ said: InstanceReport, of row: AssignmentRow, _ change: inout ChangeSet) {
        guard let digest = said.imageDigest, row.isWanted, said.state == .running,
            said.generation == row.generation,
            var revision = tables.revisions[row.deploymentID]?[row.generation], revision.pinnedImage == nil,
            let pinned = ImagePin.reference(declared: revision.spec.container.image, reported: digest)
        else { return }
        revision.pinnedImage = pinned
        put(.revision(revision), &change)
        // With a pin two generations may differ that did not before, and what is halted is another decision.
        if let deployment = tables.deployments[row.deploymentID], deployment.rollout.isMoving {
            touchRecreated(deployment, &change)
        }
        change.changedDeployments.insert(row.deploymentID)
    }

    /// The image a replica that is told of a generation now is given; nil is the declared one.
    func image(of id: DeploymentID, at generation: UInt64) -> String? {
        tables.revisions[id]?[generation]?.pinnedImage
    }

    /// The image a standing replica is told of the declared generation: what it was told already, where both stand
    /// for the same, so that going back or a change of labels restarts nothing.
    func image(after old: AssignmentRow, of row: DeploymentRow) -> String? {
        guard let next = tables.revisions[row.id]?[row.generation] else { return nil }
        guard let former = tables.revisions[row.id]?[old.generation], !next.repulls,
            former.spec.container.image == next.spec.container.image, former.pinnedImage == next.pinnedImage
        else { return next.pinnedImage }
        return old.image
    }

    /// The pin a new generation starts with: the same reference stays what it was, unless a pull is asked for.
    func inheritedPin(_ image: String, policy: PullSpec.Policy, from generation: UInt64, of id: DeploymentID)
        -> String?
    {
        guard policy != .always, let former = tables.revisions[id]?[generation],
            former.spec.container.image == image
        else { return nil }
        return former.pinnedImage
    }

    /// The container of a placement as its node is told.
    func container(of row: AssignmentRow, _ revision: RevisionRow) -> ContainerSpec {
        var container = revision.spec.container
        if let image = row.image {
            container.image = image
        } else if revision.repulls {
            container.pull.policy = .always
        }
        return container
    }
}
