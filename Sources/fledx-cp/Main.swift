import ControlPlane
import EventLoop

@main enum Main {
    nonisolated static func main() { start() }
}

/// The control plane's own threads are libuv's workers: the database, name look-ups, files.
private func start() -> Never {
    EventLoop.runMain(threadPoolSize: 4) {
        await ControlPlaneProgram.run(
            arguments: SystemInfo.arguments, environment: SystemInfo.environment)
    }
}
