import Model
import NodeCore

@testable import ClusterCore

extension Inspector {
    /// Books what decisions take down, and compares with what the declarations allow.
    func checkOwnHand(_ changes: [RowChange], before: [AssignmentID: AssignmentRow], _ core: Cluster) {
        var touched: Set<DeploymentID> = []
        for case .put(.assignment(let row)) in changes.map(\.kind) {
            let replica = OwnHandBook.Replica(deployment: row.deploymentID, number: row.replicaNumber)
            let former = before[row.id]
            switch row.phase {
            case .arriving: break
            case .current: stays(row, former, as: replica, core)
            case .retiring(_, let reason): leaves(row, former, for: reason, as: replica, core)
            }
            touched.insert(row.deploymentID)
        }
        for case .put(.deployment(let row)) in changes.map(\.kind) { touched.insert(row.id) }
        closeWhatRuns(of: touched, core)
        for id in touched.sorted() { checkOwnHand(of: id, core) }
    }

    private func stays(
        _ row: AssignmentRow, _ former: AssignmentRow?, as replica: OwnHandBook.Replica, _ core: Cluster
    ) {
        let awaited = OwnHandBook.Awaited(assignment: row.id, generation: row.sameSince)
        if let former, former.phase == .current, former.sameSince != row.sameSince, isUp(former, core) {
            ownHand.took(replica, awaiting: awaited)
        } else {
            ownHand.changed(replica, to: awaited)
        }
    }

    private func leaves(
        _ row: AssignmentRow, _ former: AssignmentRow?, for reason: AssignmentRow.RetireReason,
        as replica: OwnHandBook.Replica, _ core: Cluster
    ) {
        guard former?.phase == .current else { return }
        let successor = core.tables.placements[row.deploymentID]?.current[row.replicaNumber]
            .flatMap { core.tables.assignments[$0] }
        let awaited = OwnHandBook.Awaited(
            assignment: successor?.id ?? row.id, generation: successor?.sameSince ?? .max)
        let isPerNode = core.deploymentRow(row.deploymentID)?.spec.mode == .perNode
        switch reason {
        // There is to be none of it while its node is drained.
        case .drained where isPerNode: ownHand.forget { other, _ in other == replica }
        case .placementChanged, .drained, .originalReturned, .portTaken:
            if let former, isUp(former, core) {
                ownHand.took(replica, awaiting: awaited)
            } else {
                ownHand.changed(replica, to: awaited)
            }
        case .nodeLost, .awaitingReturn: ownHand.changed(replica, to: awaited)
        case .scaledDown, .deploymentDeleted: ownHand.forget { other, _ in other == replica }
        }
    }

    /// Whether a placement serves, and the control plane knows it.
    func isUp(_ row: AssignmentRow, _ core: Cluster) -> Bool {
        core.isReady(row) && core.isKnown(row) && engines[row.nodeID]?.alive(of: row.id).isEmpty == false
    }

    private func closeWhatRuns(of touched: Set<DeploymentID>, _ core: Cluster) {
        ownHand.forget { replica, awaited in
            guard touched.contains(replica.deployment),
                let placement = core.tables.assignments[awaited.assignment],
                let node = core.nodeRow(placement.nodeID)
            else { return false }
            let draft = core.draft(of: node)
            guard var told = draft.replicas.first(where: { $0.assignmentID == placement.id }) else {
                return false
            }
            let configs = told.configs.isEmpty ? [] : ControlPlaneModel.configs(of: draft)
            let files = ContainerFiles.wished(told, configs)
            told.configs = core.made(told.configs)
            let wished = SpecHash.of(told)
            return engines[node.id]?.alive(of: placement.id).contains {
                $0.hash == wished && $0.files.hold(files) && $0.serves
            } ?? false
        }
    }

    private func checkOwnHand(of id: DeploymentID, _ core: Cluster) {
        guard let row = core.deploymentRow(id), row.spec.desiredState == .running,
            row.spec.strategy.kind == .rolling
        else { return ownHand.forget { replica, _ in replica.deployment == id } }
        let down = ownHand.count(of: id, below: row.spec.mode == .perNode ? .max : row.spec.replicas)
        guard down > row.spec.strategy.maxUnavailable else { return }
        world.fail(
            "\(down) replicas of \(row.spec.name) are down by our own hand, "
                + "max_unavailable is \(row.spec.strategy.maxUnavailable)")
    }

    /// What was decided and never stored took nothing down.
    func reloadOwnHand(_ store: StoreModel) {
        ownHand.forget { replica, awaited in
            guard case .assignment(let row)? = store.rows[.assignment(awaited.assignment)] else {
                return true
            }
            let isSame = row.deploymentID == replica.deployment && row.replicaNumber == replica.number
            return !isSame || (awaited.generation != .max && row.sameSince < awaited.generation)
        }
    }

    // MARK: nodes

    /// A container was started under the orders of the document its node acts on; a disk that takes no memory excuses
    /// a node that forgets what did not work.
    func started(
        _ container: EngineModel.Container, under orders: SwitchBook.Orders, isDiskWell: Bool
    ) {
        guard let identity = container.fact.identity else { return }
        guard isDiskWell else { return switches.excused(identity.assignmentID) }
        let count = switches.started(identity.assignmentID, hash: container.hash, under: orders)
        guard count > SwitchBook.most else { return }
        world.fail(
            "placement \(identity.assignmentID) switched \(count) times under generation "
                + "\(orders.generation)")
    }

    /// A container was started, asked or reloaded; where it is the right one and serves, its replica is up.
    func serves(_ container: EngineModel.Container, under orders: SwitchBook.Orders) {
        guard let identity = container.fact.identity, container.hash == orders.hash,
            container.files.hold(orders.files), container.serves
        else { return }
        let replica = OwnHandBook.Replica(deployment: identity.deploymentID, number: identity.replicaNumber)
        ownHand.served(replica, identity.assignmentID, generation: orders.generation)
    }

    /// Somebody removed a container; its agent may not know for a while.
    func removedByHand(_ assignment: AssignmentID) {
        switches.excused(assignment)
        removals[assignment] = world.now
    }
}
