internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore

/// Takes every container of this node away when the agent ends, for nodes that say so.
@LoopActor
enum CleanUp {
    /// Stops and removes all of them side by side; what fails is told and left.
    static func run(_ runtime: any ContainerRuntime, _ driver: NodeDriver, _ log: Logger) async {
        guard case .containersListed(let containers) = await runtime.perform(.listContainers) else {
            return log.warning("containers are not cleaned up: Docker does not list them")
        }
        await withTaskGroup(of: Void.self) { group in
            for container in containers {
                let known = driver.graceSecs(of: container.id) ?? container.identity?.stopGraceSecs
                group.addTask {
                    await remove(container, known ?? SpecLimits.defaultStopGraceSecs, runtime, log)
                }
            }
        }
        log.info("containers cleaned up: \(containers.count)")
    }

    /// How long that may take.
    static func milliseconds(_ driver: NodeDriver) -> Int64 {
        Int64(driver.longestGraceSecs ?? SpecLimits.defaultStopGraceSecs) * 1000
            + AgentLimits.cleanUpSlackMilliseconds
    }

    private static func remove(
        _ container: ObservedContainer, _ graceSecs: Int, _ runtime: any ContainerRuntime, _ log: Logger
    ) async {
        if container.state.isAlive {
            _ = await runtime.perform(.stop(container.id, graceSecs: graceSecs))
        }
        if case .failed(let failure) = await runtime.perform(.remove(container.id)) {
            log.warning("container \(container.name) is left: \(failure.detail)")
        }
    }
}
