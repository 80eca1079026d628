internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore

/// Measures the space for images now and then, so that what nobody needs goes before the disk is full.
@LoopActor
final class ImageLoop {
    private let runtime: any ContainerRuntime
    private let driver: NodeDriver
    private let pauseMilliseconds: Int64
    private let log: Logger
    /// Why the space could not be measured last time; said once.
    private var fault: String?

    init(runtime: any ContainerRuntime, driver: NodeDriver, pauseMilliseconds: Int64, log: Logger) {
        self.runtime = runtime
        self.driver = driver
        self.pauseMilliseconds = pauseMilliseconds
        self.log = log
    }

    /// Runs until it is cancelled; what cannot be measured is told once and measured later.
    func run() async throws {
        var hasMeasured = false
        while true {
            // A node that starts with a full disk says so at once, but looks when the start is over.
            let first = hasMeasured ? pauseMilliseconds : AgentLimits.firstImageMilliseconds
            let pause = driver.isCollectingImages ? AgentLimits.imageStepMilliseconds : first
            try await LoopActor.sleep(milliseconds: min(pause, pauseMilliseconds))
            guard driver.isDockerReachable else { continue }
            do {
                hasMeasured = true
                if let percent = try await runtime.imageSpace() { driver.imageSpaceMeasured(percent) }
                fault = nil
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let reason = ErrorReport.render(error)
                if reason != fault {
                    log.warning("the space for images cannot be measured, so none is collected: \(reason)")
                }
                fault = reason
            }
        }
    }
}
