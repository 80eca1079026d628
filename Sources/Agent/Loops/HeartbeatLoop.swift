internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore
internal import Tunnel

/// Reports: at the effective interval, soon after something changed, and once more on the way out.
@LoopActor
final class HeartbeatLoop {
    private let configuration: AgentConfiguration
    private let identity: NodeIdentity
    private let bootID: BootID
    private let link: ControlPlaneLink
    private let driver: NodeDriver
    private let sampler: SamplerLoop
    private let status: LinkStatus
    private let time: any TimeSource
    private var ids: any IDSource
    private let log: Logger
    private var intervalSecs: Int64
    private var sequence: UInt64 = 0
    private var reportedConditions: [Condition]?
    private var reportedApplied: NodeReport.Applied?
    private var reportedPorts: [UInt16] = []
    private var pace: ReportPace
    private var retries: Int64 = 0
    private var limitBytes = AgentLimits.reportBytes
    private var refusedPause = RetryPause(
        firstMilliseconds: AgentLimits.retryMilliseconds, maxMilliseconds: AgentLimits.refusedMaxMilliseconds)
    private var portsFault: String?
    /// Whether the last answer wished for the whole, which was then told at once.
    private var hasMetWish = false
    private var lastGivenBack: MonotonicInstant
    private let metrics: AgentMetrics

    init(
        configuration: AgentConfiguration, identity: NodeIdentity, bootID: BootID, link: ControlPlaneLink,
        driver: NodeDriver, sampler: SamplerLoop, status: LinkStatus, time: any TimeSource,
        ids: any IDSource, metrics: AgentMetrics, log: Logger
    ) {
        self.configuration = configuration
        self.identity = identity
        self.bootID = bootID
        self.link = link
        self.driver = driver
        self.sampler = sampler
        self.status = status
        self.time = time
        self.ids = ids
        self.metrics = metrics
        self.log = log
        intervalSecs = configuration.heartbeatIntervalSecs
        lastGivenBack = time.now().monotonic
        pace = ReportPace(
            isMetered: configuration.tunnel.isMetered, ownSecs: configuration.tunnel.heartbeatSecs,
            at: time.now().monotonic)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        try await driver.looked(forMilliseconds: AgentLimits.firstReportMilliseconds) {
            self.driver.knowsDocker
        }
        while true {
            let started = time.now().monotonic
            let pause = try await beat()
            giveBackMemory()
            try await LoopActor.sleep(milliseconds: AgentLimits.reportGapMilliseconds)
            let left = pause - time.now().monotonic.milliseconds(since: started)
            guard left > 0 else { continue }
            if retries > 0 {
                try await waitForLink(milliseconds: left)
            } else {
                try await rest(milliseconds: left)
            }
        }
    }

    /// Waits until a report is due: at the interval, and on a tunnel only if it has something to say.
    private func rest(milliseconds: Int64) async throws {
        var left = milliseconds
        repeat {
            try await waitForNews(milliseconds: left)
            giveBackMemory()
            left = jittered(intervalSecs * 1000)
        } while try await pingIsEnough()
    }

    /// What looks, probes and reports of a while left in pieces goes back, in a turn that is paid for anyway.
    private func giveBackMemory() {
        let now = time.now().monotonic
        guard now.milliseconds(since: lastGivenBack) >= AgentLimits.giveBackMilliseconds else { return }
        lastGivenBack = now
        EventLoop.giveBackMemory()
    }

    private func pingIsEnough() async throws -> Bool {
        let isEnough = pace.isPingEnough(
            isTunnelUp: link.tunnel.isUp, hasNews: hasNews || sampler.hasNews, at: time.now())
        guard isEnough else { return false }
        return try await foreignPorts() == reportedPorts
    }

    /// Says that this agent is going, and whether its containers stay.
    func farewell(containersStay: Bool) async {
        do {
            let words = containersStay ? "stay" : "are stopped and removed"
            let bodies = bodies(
                of: try await makeReport(leaving: "the agent is stopping; its containers \(words)"))
            _ = try await withDeadline(
                milliseconds: AgentLimits.farewellMilliseconds, operation: "last report"
            ) { [link, identity] in
                for body in bodies {
                    _ = try await link.heartbeat(
                        identity, body, timeoutSecs: AgentLimits.farewellMilliseconds / 1000)
                }
            }
        } catch {
            log.debug("the last report did not arrive: \(ErrorReport.render(error))")
        }
    }

    /// Sends one report; the result is the pause until the next in milliseconds.
    private func beat() async throws -> Int64 {
        let report = try await makeReport()
        do {
            // The answer to the last part tells of the whole.
            var answer: HeartbeatResponse?
            for body in bodies(of: report) { answer = try await send(body) }
            let acknowledged = answer?.ack ?? 0
            metrics.reported(true)
            retries = 0
            refusedPause.reset()
            if status.linkFault != nil { log.info("the control plane answers again") }
            status.reached()
            // A report that was older than another one is answered with 0: what it said is said again.
            driver.reportAcknowledged(acknowledged)
            if acknowledged > 0 { sampler.acknowledged(report.sequence) }
            link.tunnel.acknowledged = acknowledged > 0 ? StatusHash(bootID, acknowledged) : nil
            heardWish(forFull: answer?.wantFull == true)
            return jittered(intervalSecs * 1000)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let pause = lost(error)
            log.debug("reporting again", metadata: ["milliseconds": "\(pause)"])
            return pause
        }
    }

    private func bodies(of report: NodeReport) -> [[UInt8]] {
        let bodies = ReportWriter.bodies(report, limitBytes: limitBytes)
        sequence += UInt64(bodies.count - 1)
        return bodies
    }

    /// Sends one body.
    private func send(_ body: [UInt8]) async throws -> HeartbeatResponse {
        let answer = try await link.heartbeat(
            identity, body, timeoutSecs: configuration.heartbeatTimeoutSecs)
        intervalSecs = min(
            max(1, Int64(answer.heartbeatIntervalSecs)), AgentLimits.heartbeatIntervalMaxSecs)
        link.tunnel.keepAlive(intervalSecs: intervalSecs)
        return answer
    }

    /// A control plane that misses the whole gets it without waiting for the interval; once, lest both talk in circles.
    private func heardWish(forFull isWished: Bool) {
        // What was told before the first list of containers was not whole, and the list is news by itself.
        if isWished, !hasMetWish, driver.hasListedContainers { driver.reportWasLost() }
        hasMetWish = isWished
    }

    private func lost(_ error: any Error) -> Int64 {
        metrics.reported(false)
        let reason = ErrorReport.render(error)
        if retries == 0 { log.warning("\(reason); reporting again until it works") }
        status.failed(reason)
        driver.reportWasLost()
        let failure = error as? AgentFailure
        let asked = failure?.retryAfterMilliseconds ?? 0
        retries += 1
        switch failure?.kind {
        case .refused:
            if failure?.meansGone == true {
                refusedPause.lengthen(toMilliseconds: AgentLimits.gonePauseMilliseconds)
            }
            return max(asked, intervalSecs * 1000, refusedPause.next(random: ids.nextRandom()))
        case .tooLarge where limitBytes > AgentLimits.reportBytesMin:
            // Not a failure of the link: the same is said again at once, in smaller pieces.
            limitBytes = max(AgentLimits.reportBytesMin, limitBytes / 2)
            retries -= 1
            return asked
        default: break
        }
        guard retries <= configuration.heartbeatRetries else {
            return max(asked, jittered(intervalSecs * 1000))
        }
        let backoff = configuration.heartbeatBackoffMilliseconds << min(retries - 1, 10)
        return max(asked, jittered(min(backoff, intervalSecs * 1000)))
    }

    /// Waits for the next try, or until another call shows that the control plane answers again.
    private func waitForLink(milliseconds: Int64) async throws {
        do {
            try await status.recovered.until(
                deadlineMilliseconds: milliseconds, operation: "wait for the control plane"
            ) {
                self.status.linkFault == nil
            }
        } catch let failure as LoopFailure where failure.code == .deadline {}
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

    private var conditions: [Condition] {
        let own = status.all
        return driver.conditions.filter { condition in !own.contains { $0.type == condition.type } } + own
    }

    private var applied: NodeReport.Applied? {
        driver.appliedDocument.map { NodeReport.Applied(epoch: $0.epoch, revision: $0.revision) }
    }

    private func makeReport(leaving: String? = nil) async throws -> NodeReport {
        let foreign = leaving == nil ? try await foreignPorts() : []
        // Nothing is awaited from here on: what is reported belongs together.
        sequence += 1
        let wish = pace.report(
            hasNews: hasNews, isLeaving: leaving != nil, isTunnelUp: link.tunnel.isUp, at: time.now())
        reportedPorts = foreign
        var conditions = conditions
        reportedConditions = conditions
        reportedApplied = applied
        // Before the first list what is missing in a report is not gone, only unknown.
        let isFull = driver.hasListedContainers
        if let leaving { conditions.append(Condition(type: "leaving", message: leaving)) }
        let isBroken = conditions.contains { $0.type == "docker_down" || $0.type == "storage_full" }
        return NodeReport(
            bootID: bootID, sequence: sequence, isFull: isFull, nodeStatus: isBroken ? .error : .ready,
            conditions: conditions, timestamp: time.now().wall, inventory: configuration.inventory,
            foreignPorts: foreign, applied: applied, containers: driver.reports(sequence: sequence),
            capabilities: AgentAbilities.announced, intervalSecs: wish,
            samples: sampler.samples(for: sequence))
    }

    /// Ports of this machine that others hold, so that nothing is placed on them.
    private func foreignPorts() async throws -> [UInt16] {
        do {
            let taken = try await BlockingPool.run { try SocketTable.listeningPorts() }
            portsFault = nil
            return Array(taken.subtracting(driver.ownHostPorts).sorted().prefix(AgentLimits.foreignPorts))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let reason = ErrorReport.render(error)
            if portsFault != reason { log.warning("ports in use cannot be read: \(reason)") }
            portsFault = reason
            return []
        }
    }

    /// Up to a tenth earlier, so that a fleet does not report in step.
    private func jittered(_ milliseconds: Int64) -> Int64 {
        milliseconds - Int64(ids.nextRandom() % UInt64(max(1, milliseconds / 10)))
    }
}
