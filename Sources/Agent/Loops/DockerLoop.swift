internal import DockerEngine
internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore

/// Keeps the machine told of Docker: finds it, follows its events, notices when it goes, finds it again.
@LoopActor
final class DockerLoop {
    private let runtime: any ContainerRuntime
    private let driver: NodeDriver
    private var ids: any IDSource
    private let log: Logger
    private var pause: RetryPause
    /// Containers of other node ids when they were last looked for.
    private(set) var strangers: [String] = []

    init(
        runtime: any ContainerRuntime, driver: NodeDriver, ids: any IDSource, log: Logger,
        backoffMilliseconds: Int64, backoffMaxMilliseconds: Int64
    ) {
        self.runtime = runtime
        self.driver = driver
        self.ids = ids
        self.log = log
        pause = RetryPause(firstMilliseconds: backoffMilliseconds, maxMilliseconds: backoffMaxMilliseconds)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        var wasReachable: Bool?
        while true {
            do {
                try await runtime.probe()
                // Subscribed before listing, so that nothing happens unseen in between.
                let changes = try await runtime.changes()
                defer { changes.cancel() }
                if wasReachable != true { log.info("docker answers") }
                wasReachable = true
                if driver.isDockerReachable {
                    driver.eventsWereInterrupted()
                } else {
                    driver.dockerBecameReachable()
                }
                pause.reset()
                await lookForStrangers()
                try await follow(changes)
                log.warning("docker ended its event stream; asking whether it is still there")
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let reason = (error as? DockerFailure)?.detail ?? ErrorReport.render(error)
                if wasReachable != false { log.warning("docker cannot be reached: \(reason)") }
                wasReachable = false
                driver.dockerBecameUnreachable(reason)
            }
            try await rest()
        }
    }

    /// Waits for the next try; a runtime that is seen to come anew ends the wait, however long it was away.
    private func rest() async throws {
        let seen = runtime.entrance
        var left = pause.next(random: ids.nextRandom())
        while left > 0 {
            let step = min(left, AgentLimits.entranceMilliseconds)
            try await LoopActor.sleep(milliseconds: step)
            left -= step
            guard runtime.entrance == seen else { return pause.reset() }
        }
    }

    /// Hands on what happens until the stream ends, or an action found Docker gone.
    private func follow(_ changes: any ContainerChanges) async throws {
        // The scope's end cancels the watch and waits for it.
        async let _: Void = endWhenLost(changes)
        do {
            while let (id, change) = try await changes.next() { driver.containerChanged(id, change) }
        } catch {
            changes.cancel()
            guard driver.isDockerReachable else { return }
            throw error
        }
    }

    /// Containers of a node this machine was before run on unseen: somebody has to know of them.
    private func lookForStrangers() async {
        guard let found = try? await runtime.strangers(), found != strangers else { return }
        strangers = found
        guard !found.isEmpty else { return }
        let names = found.prefix(AgentLimits.namedStrangers).joined(separator: " ")
        let more = found.count > AgentLimits.namedStrangers ? " …" : ""
        let words =
            "orphaned containers: \(found.count) on this engine belong to another node id; if that node is gone, "
            + "remove them with: docker rm -f \(names)\(more)"
        log.warning("\(words)")
    }

    private func endWhenLost(_ changes: any ContainerChanges) async {
        do {
            try await driver.dockerLost.until { !self.driver.isDockerReachable }
            changes.cancel()
        } catch {}
    }
}
