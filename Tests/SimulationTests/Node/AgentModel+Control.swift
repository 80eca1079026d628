import ClusterCore
import Model
import NodeCore

extension AgentModel {
    func register() {
        network.exchange(self, timeoutMilliseconds: 2000) { [id, name, inventory] controlPlane, respond in
            controlPlane.serveRegistration(id, name: name, inventory, respond)
        } then: { [self] (answer: RegistrationAnswer?) in
            guard case .welcome(let secret)? = answer else {
                return later(world.between(300, 1500)) { [self] in register() }
            }
            files.secret = secret
            files.isProven = false
            beginLoops()
        }
    }

    func beginLoops() {
        loops += 1
        let loops = loops
        later(world.between(1, 300)) { [self] in report() }
        later(world.between(1, 300)) { [self] in if loops == self.loops { poll() } }
    }

    // MARK: heartbeats

    func report() {
        guard !isReporting, let secret = files.secret else { return }
        isReporting = true
        sequence += 1
        let version = machine?.statusVersion ?? 0
        reportedVersion = version
        let report = makeReport()
        if let document = machine?.appliedDocument {
            inspector.checkFiles(report, document, engine)
        }
        network.exchange(self, timeoutMilliseconds: 2000) { [id] controlPlane, respond in
            controlPlane.serveReport(id, secret: secret, report, respond)
        } then: { [self] (answer: ReportAnswer?) in
            isReporting = false
            world.note("\(name) report \(report.sequence): \(Self.words(answer))")
            taken(answer, with: secret)
            guard !isGone, files.secret != nil else { return }
            let isNews = machine?.statusVersion != version
            let interval = ControlPlaneModel.settings.heartbeatIntervalMilliseconds
            let life = sequence
            later(isNews || wantsFull ? 200 : interval - world.between(0, 300)) { [self] in
                if sequence == life { self.report() }
            }
        }
    }

    private func makeReport() -> NodeReport {
        let now = world.moment
        let mayBeFull = hasListed || world.bug == .reportsInFullBeforeListing
        let isFull = mayBeFull && (wantsFull || sequence % 3 == 0)
        let applied = machine?.appliedDocument.map {
            NodeReport.Applied(epoch: $0.epoch, revision: $0.revision)
        }
        return NodeReport(
            bootID: boot, sequence: sequence, isFull: isFull,
            nodeStatus: machine?.isDockerReachable == true ? .ready : .error,
            conditions: conditions(), inventory: sequence == 1 ? inventory : nil,
            foreignPorts: engine.foreignPorts.sorted(), applied: applied,
            containers: containerReports(at: now),
            capabilities: AgentCapability.allCases.map(\.rawValue))
    }

    private func conditions() -> [Condition] {
        let conflict = Condition(type: Condition.revisionConflict, message: "another of its revision")
        return (machine?.conditions ?? []) + (hasConflict ? [conflict] : [])
    }

    /// What the machine says; with a bug, what it hopes for.
    private func containerReports(at now: Moment) -> [InstanceReport] {
        let reports = machine?.reports(sequence: sequence, at: now) ?? []
        switch world.bug {
        case .takesRunningForReady:
            return reports.map { report in
                var report = report
                report.health = nil
                return report
            }
        case .reportsReadyBeforeStart:
            return reports.map { report in
                var report = atToldGeneration(report)
                report.state = .running
                report.health = nil
                return report
            }
        case .reportsBeforeReload:
            return reports.map { $0.state == .running && isRight($0) ? atToldGeneration($0) : $0 }
        default: return reports
        }
    }

    private func told(_ report: InstanceReport) -> DesiredReplica? {
        machine?.appliedDocument?.deployments.first { $0.assignmentID == report.assignmentID }
    }

    private func atToldGeneration(_ report: InstanceReport) -> InstanceReport {
        var report = report
        report.generation = told(report)?.generation ?? report.generation
        return report
    }

    /// Whether the container of a report is made from what its node was told.
    private func isRight(_ report: InstanceReport) -> Bool {
        guard let document = machine?.appliedDocument, let replica = told(report),
            let id = report.containerID.map({ ContainerID($0) })
        else { return false }
        return engine.containers[id]?.hash == SpecHash.of(LiveConfigs(document).made(replica))
    }

    private func taken(_ answer: ReportAnswer?, with secret: UInt64) {
        switch answer {
        case .taken(let reply):
            proved(secret)
            wantsFull = reply.wantsFull
            machine?.reportAcknowledged(sequence: reply.acknowledged)
        case .unauthorized: unauthorized(secret)
        case .gone: isGone = true
        case .unavailable, nil: break
        }
    }

    private func proved(_ secret: UInt64) { if files.secret == secret { files.isProven = true } }

    /// A secret that never worked was issued again meanwhile; one that worked must go on working.
    private func unauthorized(_ secret: UInt64) {
        guard files.secret == secret else { return }
        guard !files.isProven else { return world.fail("\(name) is not known any more") }
        files.secret = nil
        later(world.between(100, 500)) { [self] in register() }
    }

    // MARK: desired state

    func poll() {
        guard let secret = files.secret else { return }
        let loops = loops
        let known = (hasPolled ? files.document : nil).map {
            ControlPlaneModel.Position(epoch: $0.epoch, revision: $0.revision)
        }
        network.exchange(self, timeoutMilliseconds: 6000) { [id] controlPlane, respond in
            controlPlane.servePoll(id, secret: secret, known: known, waitMilliseconds: 4000, respond)
        } then: { [self] (answer: PollAnswer?) in
            guard loops == self.loops else { return }
            world.note("\(name) poll: \(Self.words(answer))")
            switch answer {
            case .document(let document):
                proved(secret)
                hasPolled = true
                judge(garbled(document))
            case .unchanged: pollAgain(after: world.between(1, 20))
            case .unauthorized: unauthorized(secret)
            case .gone: isGone = true
            case .unavailable, nil: pollAgain(after: world.between(200, 1000))
            }
        }
    }

    /// An agent that registers meanwhile begins to poll anew; two at once would overtake each other.
    private func pollAgain(after milliseconds: Int64) {
        let loops = loops
        later(milliseconds) { [self] in if loops == self.loops { poll() } }
    }

    /// Somebody else answers: a control plane with an empty database, or with another history.
    private func garbled(_ document: DesiredStateDocument) -> (DesiredStateDocument, isStrange: Bool) {
        guard let own = files.document, !own.deployments.isEmpty else { return (document, false) }
        var strange = document
        if world.strikes(.emptyDocument, perMille: 15) {
            strange.revision = max(own.revision, document.revision) + 1
            strange.headRevision = strange.revision
            strange.emptiedBy = nil
            strange.deployments = []
            return (strange, true)
        }
        if world.strikes(.foreignDocument, perMille: 15) {
            strange.epoch = Epoch(UUIDValue(high: 8, low: 8))
            return (strange, true)
        }
        return (document, false)
    }

    private func judge(_ incoming: (document: DesiredStateDocument, isStrange: Bool)) {
        let document = incoming.document
        hasConflict = false
        let verdict = DocumentGate.judge(
            current: files.document, incoming: document,
            mayHoldContainers: machine?.mayHoldContainers ?? true)
        world.note("\(name) revision \(document.revision) x\(document.deployments.count): \(verdict)")
        switch verdict {
        case .accept:
            world.tally.count(.documentAccepted)
            write(document)
        case .unchanged:
            world.tally.count(.documentUnchanged)
            pollAgain(after: 1)
        case .ignoreOlder: pollAgain(after: 1)
        case .refuse(let refusal): refused(refusal, document, isStrange: incoming.isStrange)
        }
    }

    private func refused(
        _ refusal: DocumentVerdict.Refusal, _ document: DesiredStateDocument, isStrange: Bool
    ) {
        switch refusal {
        case .emptiedWithoutCommand:
            world.tally.count(.documentRefusedEmpty)
            if world.bug == .acceptsEmptyDocument { return write(document) }
            if !isStrange, files.document != nil {
                world.fail("\(name): honest document refused: \(refusal)")
            }
        case .foreignEpoch:
            world.tally.count(.documentRefusedForeign)
            if !isStrange, !world.hasRestore {
                world.fail("\(name): honest document refused: \(refusal)")
            }
        case .regression where world.hasRestore:
            // What it was writing when the control plane died came to nobody's ears in time.
            break
        case .conflict where world.hasRestore: hasConflict = true
        case .regression, .conflict, .repeatedAssignment:
            if world.bug != .acceptsEmptyDocument {
                world.fail("\(name): honest document refused: \(refusal)")
            }
        }
        pollAgain(after: world.between(300, 600))
    }

    /// Durable first, then act.
    private func write(_ document: DesiredStateDocument) {
        if world.strikes(.documentNotWritable, perMille: 10) {
            return pollAgain(after: world.between(1000, 3000))
        }
        let duration = world.isChaotic && world.chance(10) ? world.between(200, 2000) : world.between(2, 20)
        if world.bug == .actsBeforeDocumentIsDurable { accept(document) }
        if world.strikes(.crashDuringDocumentWrite, perMille: 25) {
            return later(world.between(1, duration)) { [self] in restart(after: world.between(400, 4000)) }
        }
        writing = document
        later(duration) { [self] in
            writing = nil
            files.document = document
            if world.strikes(.crashBetweenDocumentAndAction, perMille: 10) {
                return restart(after: world.between(400, 4000))
            }
            if world.bug != .actsBeforeDocumentIsDurable { accept(document) }
            poll()
        }
    }

    private static func words(_ answer: ReportAnswer?) -> String {
        if case .taken(let reply)? = answer { return "taken, stale \(reply.wasStale)" }
        return answer.map { "\($0)" } ?? "no answer"
    }

    private static func words(_ answer: PollAnswer?) -> String {
        if case .document(let document)? = answer { return "document \(document.revision)" }
        return answer.map { "\($0)" } ?? "no answer"
    }
}
