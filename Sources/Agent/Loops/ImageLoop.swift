internal import EventLoop
internal import NodeCore

/// Measures the space for images now and then, so that what nobody needs goes before the disk is full.
@LoopActor
final class ImageLoop {
    private let runtime: any ContainerRuntime
    private let driver: NodeDriver
    private let pauseMilliseconds: Int64

    init(runtime: any ContainerRuntime, driver: NodeDriver, pauseMilliseconds: Int64) {
        self.runtime = runtime
        self.driver = driver
        self.pauseMilliseconds = pauseMilliseconds
    }

    /// Runs until it is cancelled; what cannot be measured is measured later.
    func run() async throws {
        while true {
            let pause = driver.isCollectingImages ? AgentLimits.imageStepMilliseconds : pauseMilliseconds
            try await LoopActor.sleep(milliseconds: pause)
            guard driver.isDockerReachable else { continue }
            do {
                if let percent = try await runtime.imageSpace() { driver.imageSpaceMeasured(percent) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {}
        }
    }
}
