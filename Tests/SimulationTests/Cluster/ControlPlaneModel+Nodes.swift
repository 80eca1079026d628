import Model

@testable import ClusterCore

extension ControlPlaneModel {
    /// The document a node has: a revision means nothing without the history it belongs to.
    struct Position: Hashable {
        var epoch: Epoch
        var revision: UInt64
    }

    /// A long poll that waits for news.
    struct Poll {
        var number: UInt64
        var known: Position?
        var respond: (PollAnswer) -> Void
    }

    static func hash(_ secret: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: secret >> UInt64($0 * 8)) }
    }

    func serveRegistration(
        _ id: NodeID, name: String, _ inventory: Inventory, _ respond: @escaping (RegistrationAnswer) -> Void
    ) {
        let secret = world.random.next()
        let command = RegisterNode(
            nodeID: id, name: name, inventory: inventory, tokenHash: Self.hash(secret), requestID: "register")
        apply(.registerNode(command)) { [inspector] answer in
            switch answer {
            case .done:
                inspector.ledger.registered(id)
                respond(.welcome(secret: secret))
            case .refused(let rejection): respond(.refused(rejection.code))
            case .unavailable: respond(.unavailable)
            }
        }
    }

    func serveReport(
        _ id: NodeID, secret: UInt64, _ report: NodeReport, _ respond: @escaping (ReportAnswer) -> Void
    ) {
        guard let token = authenticate(id, secret) else {
            return hold({ respond(.unauthorized) }, fail: { respond(.unavailable) })
        }
        if core?.live[id]?.isNews(report) != false { inspector.heard(report, from: id, core, at: world.now) }
        let command = RecordReport(nodeID: id, tokenID: token, report: report)
        inspector.reported(id)
        apply(.recordReport(command)) { [self] answer in
            switch answer {
            case .done(.report(let reply)):
                if reply.wasStale { world.happened(.reportOvertaken) }
                respond(.taken(reply))
                noticed(report)
            case .refused(let rejection) where rejection.code == .gone: respond(.gone)
            case .done, .refused, .unavailable: respond(.unavailable)
            }
        }
    }

    func servePoll(
        _ id: NodeID, secret: UInt64, known: Position?, waitMilliseconds: Int64,
        _ respond: @escaping (PollAnswer) -> Void
    ) {
        guard let token = authenticate(id, secret) else {
            return hold({ respond(.unauthorized) }, fail: { respond(.unavailable) })
        }
        inspector.heard(id, core, at: world.now)
        apply(.recordContact(RecordContact(nodeID: id, tokenID: token))) { _ in }
        guard let head = position(of: id) else {
            return hold({ respond(.gone) }, fail: { respond(.unavailable) })
        }
        guard head == known else { return sendDocument(to: id, respond) }
        let poll = Poll(number: world.random.next(), known: known, respond: respond)
        polls[id, default: []].append(poll)
        world.after(waitMilliseconds) { [self] in
            guard let index = polls[id]?.firstIndex(where: { $0.number == poll.number }) else { return }
            polls[id]?.remove(at: index)
            hold({ respond(.unchanged) }, fail: { respond(.unavailable) })
        }
    }

    func answerPolls(of id: NodeID) {
        guard let waiting = polls.removeValue(forKey: id) else { return }
        let head = position(of: id)
        for poll in waiting {
            if head == poll.known {
                polls[id, default: []].append(poll)
            } else if head == nil {
                hold({ poll.respond(.gone) }, fail: { poll.respond(.unavailable) })
            } else {
                sendDocument(to: id, poll.respond)
            }
        }
    }

    private func position(of id: NodeID) -> Position? {
        guard let core, let revision = core.headRevision(of: id) else { return nil }
        return Position(epoch: core.epoch, revision: revision)
    }

    /// What the core lets a node have; with a bug, also what it keeps back.
    private func part(for id: NodeID) -> NodeDocument? {
        guard let core else { return nil }
        if let part = core.document(for: id) { return part }
        guard world.bug == .tellsNodesOfALostHistory, let row = core.nodeRow(id), row.tombstone == nil else {
            return nil
        }
        var part = core.draft(of: row)
        part.accepts = core.tables.meta.predecessors
        return part
    }

    private func sendDocument(to id: NodeID, _ respond: @escaping (PollAnswer) -> Void) {
        guard let part = part(for: id) else {
            return hold({ respond(.unavailable) }, fail: { respond(.unavailable) })
        }
        let document = DesiredStateDocument(
            epoch: part.epoch, revision: part.revision, headRevision: part.revision, accepts: part.accepts,
            emptiedBy: part.emptiedBy, controlPlaneVersion: "1", minSupportedAgentVersion: "0",
            maxSupportedAgentVersion: "9", tunnel: TunnelEndpoint(host: "cp", port: 1, useTLS: false),
            deployments: part.replicas, configs: Self.configs(of: part))
        hold(
            { [self] in
                inspector.sent(document, to: id, store)
                respond(.document(document))
                noticed(document)
            }, fail: { respond(.unavailable) })
    }

    /// The configs of a document as they are sent.
    static func configs(of part: NodeDocument) -> [DesiredConfig] {
        part.configs.map {
            DesiredConfig(
                reference: $0.reference, name: $0.name, content: $0.content,
                containerVersion: $0.containerVersion)
        }
    }

    private func noticed(_ document: DesiredStateDocument) {
        for replica in document.deployments where told[replica.assignmentID] != replica.generation {
            told[replica.assignmentID] = replica.generation
            reached(
                UpdateStep(.sent, replica.deploymentID, replica.generation, replica: replica.replicaNumber))
        }
    }

    private func noticed(_ report: NodeReport) {
        for said in report.containers where said.isServing {
            reached(
                UpdateStep(.reported, said.deploymentID, said.generation, replica: said.replicaNumber))
        }
    }

    private func authenticate(_ id: NodeID, _ secret: UInt64) -> TokenID? {
        let hash = Self.hash(secret)
        return core?.tokens(of: id).first { $0.hash == hash }?.id
    }
}
