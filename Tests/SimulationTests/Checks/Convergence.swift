import Model
import NodeCore

@testable import ClusterCore

/// What is still wrong after a quiet time; empty when every replica runs once as declared, or says why not.
struct Convergence {
    let core: Cluster
    let agents: [NodeID: AgentModel]

    func problems() -> [String] {
        core.deploymentRows().flatMap(problems) + core.nodes().flatMap(problems)
    }

    /// Deployments that are as declared in every replica; an explained one may still go on.
    func settled() -> Set<DeploymentID> {
        Set(
            core.deploymentRows().filter { row in
                guard let view = core.deployment(row.id), works(view),
                    view.instances.count == wished(view)
                else {
                    return false
                }
                return view.instances.allSatisfy { problem(of: $0, row) == nil }
            }.map(\.id))
    }

    // MARK: deployments

    private func problems(of row: DeploymentRow) -> [String] {
        guard let view = core.deployment(row.id) else { return ["\(row.spec.name) cannot be shown"] }
        var problems: [String] = []
        problems += missing(view)
        if view.instances.count > wished(view) {
            problems.append("\(row.spec.name) has surplus replicas")
        }
        if !view.retiring.isEmpty { problems.append("\(row.spec.name) has retiring placements") }
        let wrong = view.instances.compactMap { problem(of: $0, row) }
        if let glance = core.glance(row.id), !Self.agree(glance, view) {
            problems.append("\(row.spec.name): a list says \(glance), all of it is \(view)")
        }
        problems += wrong.filter { !$0.isExplained }.map(\.text)
        let isComplete = wrong.isEmpty && view.instances.count == wished(view)
        let wished: DeploymentStatus = row.spec.desiredState == .running ? .running : .stopped
        if isComplete, view.status != wished {
            problems.append("\(row.spec.name) is said to be \(view.status.rawValue) although all is well")
        }
        if view.status == .running, !view.instances.allSatisfy(\.isReady) {
            problems.append("\(row.spec.name) is said to be running")
        }
        switch view.rollout.phase {
        case .progressing where !view.unplaced.isEmpty || isStuck(view),
            .rollingBack where !view.unplaced.isEmpty || isStuck(view):
            break
        case .progressing, .rollingBack: problems.append("\(row.spec.name) is still being updated")
        case .paused: problems.append("\(row.spec.name) is held")
        case .complete, .rolledBack, .failed: break
        }
        return problems
    }

    /// How many replicas there shall be.
    private func wished(_ view: ClusterCore.DeploymentView) -> Int {
        view.row.spec.mode == .perNode ? places(of: view.row.spec).count : view.row.spec.replicas
    }

    /// The nodes of a deployment with a replica on each.
    private func places(of spec: DeploymentSpec) -> Set<NodeID> {
        let wanted = spec.constraints?.labels ?? [:]
        let nodes = core.nodes().map(\.row.id).filter { id in
            wanted.allSatisfy { agents[id]?.inventory.labels?[$0.key] == $0.value }
        }
        return Set(nodes)
    }

    /// What is not there, unless the reason holds.
    private func missing(_ view: ClusterCore.DeploymentView) -> [String] {
        guard view.row.spec.mode == .perNode else {
            let standing = Set(view.instances.map(\.replicaNumber))
            return (0..<view.row.spec.replicas).filter { !standing.contains($0) }
                .flatMap { unplaced($0, view) }
        }
        let bare = places(of: view.row.spec).subtracting(view.instances.map(\.nodeID))
        guard !bare.isEmpty else { return [] }
        guard let reason = view.unplaced.first else {
            return bare.sorted().map { "\(view.row.spec.name) has no replica on \($0) and no reason" }
        }
        return unplaced(reason.replicaNumber, view)
    }

    private static func agree(_ glance: DeploymentGlance, _ view: ClusterCore.DeploymentView) -> Bool {
        glance.status == view.status && glance.replicasReady == view.replicasReady
            && glance.replicasDesired == view.replicasDesired
            && glance.places.map(\.nodeID) == view.instances.map(\.nodeID)
    }

    /// Whether an update rightly goes nowhere: it has no room, or waits for a replica that cannot work.
    private func isStuck(_ view: ClusterCore.DeploymentView) -> Bool {
        view.conditions.contains { $0.type == "update_unplaced" } || !works(view)
    }

    private func unplaced(_ number: Int, _ view: ClusterCore.DeploymentView) -> [String] {
        let name = "\(view.row.spec.name)/\(number)"
        guard let reason = view.unplaced.first(where: { $0.replicaNumber == number }) else {
            return ["\(name) has no place and no reason"]
        }
        guard !reason.refusals.isEmpty else { return ["\(name): \(reason.explanation)"] }
        return reason.refusals.contains { $0.filter == .status } ? ["\(name): \(reason.explanation)"] : []
    }

    // MARK: replicas

    private struct Wrong {
        var text: String
        /// Whether the status says why, and the reason holds.
        var isExplained: Bool
    }

    private func problem(of instance: ClusterCore.InstanceView, _ row: DeploymentRow) -> Wrong? {
        let name = "\(row.spec.name)/\(instance.replicaNumber)"
        guard let agent = agents[instance.nodeID] else {
            return Wrong(text: "\(name): no such node", isExplained: false)
        }
        let all = agent.engine.containers.values.filter {
            $0.fact.identity?.assignmentID == instance.assignmentID
        }
        let alive = all.filter(\.fact.state.isAlive)
        if alive.count > 1 { return Wrong(text: "\(name) runs \(alive.count) times", isExplained: false) }
        if row.spec.desiredState == .stopped {
            guard alive.isEmpty, instance.state == .stopped else {
                return Wrong(text: "\(name) shall be stopped, is \(instance.state)", isExplained: false)
            }
            let isTold = agent.machine?.appliedDocument?.deployments.contains { replica in
                replica.assignmentID == instance.assignmentID && replica.generation == instance.generation
            }
            return isTold == true
                ? nil : Wrong(text: "\(name) is not told of its generation", isExplained: false)
        }
        let configs = core.configs(of: row.id, at: row.generation, on: instance.nodeID)
        let hash = SpecHash.of(
            row.spec.container, nonce: row.restartNonce, ports: instance.ports, configs: core.made(configs))
        if instance.isReady, instance.generation == row.generation, all.count == 1, alive.first?.hash == hash
        {
            return nil
        }
        let text =
            "\(name) on \(agent.name) is \(instance.state.rawValue) at \(instance.reportedGeneration ?? 0)/"
            + "\(instance.generation)/\(row.generation), \(all.count) containers, \(alive.count) run: "
            + (instance.reason ?? "no reason")
        return Wrong(text: text, isExplained: isExplained(instance, row))
    }

    /// A broken image, a generation refused by its node, or an update that waits for such a one.
    private func isExplained(_ instance: ClusterCore.InstanceView, _ row: DeploymentRow) -> Bool {
        let isBroken = core.revisions(of: row.id).contains { revision in
            revision.generation >= instance.generation
                && !works(revision.spec.container, on: instance.nodeID)
        }
        guard !isBroken else { return instance.reason != nil || instance.isReady }
        if let reason = instance.reason, reason.utf8.starts(with: "generation ".utf8) { return true }
        let given: Set<String> = ["rollout_failed", "update_unplaced"]
        return core.deployment(row.id)?.conditions.contains { given.contains($0.type) } ?? false
    }

    /// Whether every replica can be expected to serve where it stands.
    private func works(_ view: ClusterCore.DeploymentView) -> Bool {
        view.instances.allSatisfy { works(view.row.spec.container, on: $0.nodeID) }
    }

    /// Whether a replica of it can be expected to serve on a node.
    private func works(_ container: ContainerSpec, on id: NodeID) -> Bool {
        guard let number = agents[id]?.engine.number else { return false }
        return Image.works(container.image, on: number) && container.pull.policy != .never
    }

    // MARK: nodes

    private func problems(of node: NodeView) -> [String] {
        guard let agent = agents[node.row.id] else { return [] }
        var problems: [String] = []
        if node.status != .ready { problems.append("\(agent.name) is \(node.status.rawValue)") }
        if node.retiringCount > 0 { problems.append("\(agent.name) has retiring placements") }
        let wished = Set(core.instances(on: node.row.id).filter { !$0.isRetiring }.map(\.assignmentID))
        for id in agent.engine.sortedIDs {
            guard let assignment = agent.engine.containers[id]?.fact.identity?.assignmentID else { continue }
            if !wished.contains(assignment) { problems.append("container \(id) is left over") }
        }
        return problems + wrongFiles(node, agent)
    }

    /// Running containers of replicas that serve as their node was told, and have not written and read the files of it.
    private func wrongFiles(_ node: NodeView, _ agent: AgentModel) -> [String] {
        let draft = core.draft(of: node.row)
        let configs = ControlPlaneModel.configs(of: draft)
        guard configs.contains(where: \.content.isLive) else { return [] }
        return draft.replicas.flatMap { replica -> [String] in
            let wished = ContainerFiles.wished(replica, configs)
            guard !wished.isEmpty, core.tables.assignments[replica.assignmentID].map(core.isReady) == true
            else { return [] }
            return agent.engine.alive(of: replica.assignmentID).filter { !$0.files.hold(wished) }.map {
                "\($0.fact.id): \($0.files.words(wished))"
            }
        }
    }
}
