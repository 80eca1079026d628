internal import EventLoop
internal import Logging
internal import Model

/// Reports: at the effective interval, soon after something changed, and once more on the way out.
@LoopActor
final class HeartbeatLoop {
    private let configuration: AgentConfiguration
    private let identity: NodeIdentity
    private let bootID: BootID
    private let link: ControlPlaneLink
    private let driver: NodeDriver
    private let status: LinkStatus
    private let time: any TimeSource
    private var ids: any IDSource
    private let log: Logger
    private var intervalSecs: Int64
    private var sequence: UInt64 = 0
    private var reportedConditions: [Condition]?
    private var reportedApplied: NodeReport.Applied?
    private var retries: Int64 = 0
    /// Reports that arrived and reports that did not.
    private(set) var succeeded = 0
    private(set) var failed = 0

    init(
        configuration: AgentConfiguration, identity: NodeIdentity, bootID: BootID, link: ControlPlaneLink,
        driver: NodeDriver, status: LinkStatus, time: any TimeSource, ids: any IDSource, log: Logger
    ) {
        self.configuration = configuration
        self.identity = identity
        self.bootID = bootID
        self.link = link
        self.driver = driver
        self.status = status
        self.time = time
        self.ids = ids
        self.log = log
        intervalSecs = configuration.heartbeatIntervalSecs
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while true {
            let started = time.now().monotonic
            let pause = try await beat()
            try await LoopActor.sleep(milliseconds: AgentLimits.reportGapMilliseconds)
            let left = pause - time.now().monotonic.milliseconds(since: started)
            guard left > 0 else { continue }
            if retries > 0 {
                try await LoopActor.sleep(milliseconds: left)
            } else {
                try await waitForNews(milliseconds: left)
            }
        }
    }

    /// Says that this agent is going; containers stay.
    func farewell() async {
        do {
            let report = makeReport(leaving: true)
            _ = try await withDeadline(
                milliseconds: AgentLimits.farewellMilliseconds, operation: "last report"
            ) { [link, identity] in
                try await link.heartbeat(
                    identity, report, timeoutSecs: AgentLimits.farewellMilliseconds / 1000)
            }
        } catch {
            log.debug("the last report did not arrive: \(ErrorReport.render(error))")
        }
    }

    /// Sends one report; the result is the pause until the next in milliseconds.
    private func beat() async throws -> Int64 {
        let report = makeReport(leaving: false)
        do {
            let answer = try await link.heartbeat(
                identity, report, timeoutSecs: configuration.heartbeatTimeoutSecs)
            succeeded += 1
            retries = 0
            status.reached()
            driver.reportAcknowledged(answer.ack)
            if answer.wantFull { driver.reportWasLost() }
            intervalSecs = max(1, Int64(answer.heartbeatIntervalSecs))
            return jittered(intervalSecs * 1000)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return lost(error)
        }
    }

    private func lost(_ error: any Error) -> Int64 {
        failed += 1
        let reason = ErrorReport.render(error)
        log.debug("report lost: \(reason)")
        status.failed(reason)
        driver.reportWasLost()
        let asked = (error as? AgentFailure)?.retryAfterMilliseconds ?? 0
        retries += 1
        guard retries <= configuration.heartbeatRetries else {
            return max(asked, jittered(intervalSecs * 1000))
        }
        let backoff = configuration.heartbeatBackoffMilliseconds << min(retries - 1, 10)
        return max(asked, jittered(min(backoff, intervalSecs * 1000)))
    }

    private func waitForNews(milliseconds: Int64) async throws {
        do {
            try await driver.statusChanged.until(
                deadlineMilliseconds: milliseconds, operation: "wait for news"
            ) {
                self.hasNews
            }
        } catch let failure as LoopFailure where failure.code == .deadline {}
    }

    private var hasNews: Bool {
        driver.hasNews || conditions != reportedConditions || applied != reportedApplied
    }

    private var conditions: [Condition] { driver.conditions + status.all }

    private var applied: NodeReport.Applied? {
        driver.appliedDocument.map { NodeReport.Applied(epoch: $0.epoch, revision: $0.revision) }
    }

    private func makeReport(leaving: Bool) -> NodeReport {
        sequence += 1
        var conditions = conditions
        reportedConditions = conditions
        reportedApplied = applied
        if leaving {
            conditions.append(
                Condition(type: "leaving", message: "the agent is stopping; its containers stay"))
        }
        let isBroken = conditions.contains { $0.type == "docker_down" || $0.type == "storage_full" }
        return NodeReport(
            bootID: bootID, sequence: sequence, isFull: true, nodeStatus: isBroken ? .error : .ready,
            conditions: conditions, timestamp: time.now().wall, inventory: configuration.inventory,
            foreignPorts: [], applied: applied, containers: driver.reports(sequence: sequence))
    }

    /// Up to a tenth earlier, so that a fleet does not report in step.
    private func jittered(_ milliseconds: Int64) -> Int64 {
        milliseconds - Int64(ids.nextRandom() % UInt64(max(1, milliseconds / 10)))
    }
}
