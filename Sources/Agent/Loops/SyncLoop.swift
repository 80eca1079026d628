internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore

/// Asks for the desired state for ever: judges it, makes it durable, hands it on.
@LoopActor
final class SyncLoop {
    private let identity: NodeIdentity
    private let link: ControlPlaneLink
    private let driver: NodeDriver
    private let store: DocumentStore
    private let status: LinkStatus
    private var ids: any IDSource
    private let metrics: AgentMetrics
    private let log: Logger
    private let refusedDocumentMilliseconds: Int64
    /// Whether the secrets of the applied document cannot be opened, so that it is asked for once more.
    private var lacksSecrets: Bool
    private var pause = RetryPause(
        firstMilliseconds: AgentLimits.retryMilliseconds, maxMilliseconds: AgentLimits.retryMaxMilliseconds)
    private var refusedPause = RetryPause(
        firstMilliseconds: AgentLimits.retryMilliseconds, maxMilliseconds: AgentLimits.refusedMaxMilliseconds)
    /// Conditions a document can cause; the next good one clears them.
    private static let documentConditions = [
        "epoch_mismatch", "revision_regression", Condition.revisionConflict, "empty_refused",
        "document_invalid", "storage_full",
    ]

    init(
        identity: NodeIdentity, link: ControlPlaneLink, driver: NodeDriver, store: DocumentStore,
        status: LinkStatus, ids: any IDSource, metrics: AgentMetrics, log: Logger, lacksSecrets: Bool,
        refusedDocumentMilliseconds: Int64
    ) {
        self.identity = identity
        self.link = link
        self.driver = driver
        self.store = store
        self.status = status
        self.ids = ids
        self.metrics = metrics
        self.log = log
        self.lacksSecrets = lacksSecrets
        self.refusedDocumentMilliseconds = refusedDocumentMilliseconds
    }

    /// Runs until it is cancelled.
    func run() async throws {
        link.onReportWanted = { [driver] in
            driver.reportWasLost()
            driver.statusChanged.changed()
        }
        link.tunnel.onUp = { [driver, link] in
            // A control plane that knows what was said last is told only what is new.
            if !link.tunnel.isKnown { driver.reportWasLost() }
            driver.statusChanged.changed()
        }
        while true {
            let wait: Int64
            do {
                let asked = EventLoop.now
                let polled = try await link.desiredState(
                    identity, known: known, waitSecs: waitSecs)
                recovered()
                switch polled {
                case .unchanged:
                    metrics.polled("not_modified")
                    clearRefusals()
                    wait = AgentLimits.pollGapMilliseconds - EventLoop.now.milliseconds(since: asked)
                case .document(let document):
                    metrics.polled("success")
                    wait = try await take(document)
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                wait = failed(error)
                if takesContainers(error) { try await removeContainers() }
            }
            if wait > 0 { try await LoopActor.sleep(milliseconds: wait) }
        }
    }

    /// The document that need not be sent.
    private var known: NodeReport.Applied? {
        guard !lacksSecrets else { return nil }
        return driver.appliedDocument.map { NodeReport.Applied(epoch: $0.epoch, revision: $0.revision) }
    }

    /// After a failure the first answer is wanted at once: it tells everybody that the control plane is back.
    private var waitSecs: Int64 { status.linkFault == nil ? AgentLimits.pollWaitSecs : 0 }

    private func recovered() {
        if status.linkFault != nil {
            log.info("the control plane answers again")
            // It may have been started anew, and then knows nothing of this node before its next report.
            if !link.tunnel.isKnown { driver.reportWasLost() }
            driver.statusChanged.changed()
        }
        status.reached()
        pause.reset()
        refusedPause.reset()
    }

    private func failed(_ error: any Error) -> Int64 {
        let reason = ErrorReport.render(error)
        let fate =
            takesContainers(error) ? "this node's containers are removed" : "containers are left as they are"
        if status.linkFault != reason { log.warning("\(reason); \(fate)") }
        status.failed(reason)
        let failure = error as? AgentFailure
        metrics.polled(failure?.status == HTTPStatus.upgradeRequired.code ? "compat_error" : "error")
        if failure?.meansGone == true {
            refusedPause.lengthen(toMilliseconds: AgentLimits.gonePauseMilliseconds)
        }
        let isRefused = failure.map { $0.kind == .refused } ?? false
        let own =
            isRefused ? refusedPause.next(random: ids.nextRandom()) : pause.next(random: ids.nextRandom())
        let wait = max(own, failure?.retryAfterMilliseconds ?? 0)
        log.debug("polling again", metadata: ["milliseconds": "\(wait)"])
        return wait
    }

    /// Whether an operator deleted this node with its containers.
    ///
    /// The answer is to this node's own token; it has to name the history that the containers are of as well.
    private func takesContainers(_ error: any Error) -> Bool {
        guard let deletion = (error as? AgentFailure)?.deletion, deletion.removesContainers else {
            return false
        }
        return driver.appliedDocument?.epoch == deletion.epoch
    }

    /// Makes the empty document what this node keeps, so that an agent that ends too early goes on in its next life.
    private func removeContainers() async throws {
        guard var document = driver.appliedDocument, !document.deployments.isEmpty else { return }
        document.revision += 1
        document.emptiedBy = .init(revision: document.revision, requestID: "node deleted")
        document.deployments = []
        document.configs = []
        document.secrets = nil
        _ = try await apply(document, storing: document)
    }

    /// The control plane and this node agree again.
    private func clearRefusals() {
        guard status.all.contains(where: { Self.documentConditions.contains($0.type) }) else { return }
        for type in Self.documentConditions { status.clear(type) }
        driver.statusChanged.changed()
    }

    /// Judges a document and applies it; the result is how long to wait before asking again.
    private func take(_ received: DesiredStateDocument) async throws -> Int64 {
        let document = received.expanded
        let verdict = DocumentGate.judge(
            current: driver.appliedDocument, incoming: document, mayHoldContainers: driver.mayHoldContainers)
        switch verdict {
        case .ignoreOlder:
            return AgentLimits.retryMilliseconds
        case .unchanged where lacksSecrets:
            return try await apply(document, storing: received)
        case .unchanged:
            clearRefusals()
            return AgentLimits.pollGapMilliseconds
        case .refuse where driver.appliedDocument == nil && !driver.hasListedContainers:
            // Whether this node holds anything is not known yet; the list says so, then the document is asked again.
            log.debug("revision \(document.revision) waits for the first list of containers")
            try await driver.looked(forMilliseconds: AgentLimits.pollWaitSecs * 1000) {
                self.driver.hasListedContainers
            }
            return 1
        case .refuse(let refusal):
            log.error("\(refusal)")
            status.raise(refusal.code, "\(refusal)")
            driver.statusChanged.changed()
            return refusedDocumentMilliseconds
        case .accept:
            return try await apply(document, storing: received)
        }
    }

    private func apply(_ document: DesiredStateDocument, storing received: DesiredStateDocument) async throws
        -> Int64
    {
        let store = store
        do {
            try await BlockingPool.run { try store.save(received) }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let reason = "revision \(document.revision) refused: \(store.path) cannot be written "
            log.error("\(reason)(\(ErrorReport.render(error)))")
            status.raise("storage_full", "\(reason)(\(ErrorReport.render(error))); tried again every 30 s")
            driver.statusChanged.changed()
            return refusedDocumentMilliseconds
        }
        clearRefusals()
        log.info("desired state revision \(document.revision), replicas: \(document.deployments.count)")
        lacksSecrets = false
        driver.documentAccepted(document)
        driver.statusChanged.changed()
        return 0
    }
}
