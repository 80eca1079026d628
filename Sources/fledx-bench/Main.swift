import EventLoop
import Model

@main enum Main {
    nonisolated static func main() { start() }
}

/// The yardsticks of `make bench`; never packaged.
private func start() -> Never {
    let words = Array(SystemInfo.arguments.dropFirst())
    guard words.count == 2, let part = BenchPart(rawValue: words[0]) else {
        StandardIO.write("usage: fledx-bench skeleton|commit DATABASE\n", to: .error)
        EventLoop.exitNow(2)
    }
    EventLoop.runMain(threadPoolSize: part.threads, savesMemory: part == .skeleton) {
        do {
            switch part {
            case .skeleton: try await Skeleton.run(database: words[1])
            case .commit: try await CommitBench.run(database: words[1])
            }
            return 0
        } catch {
            StandardIO.write("fledx-bench: \(ErrorReport.render(error))\n", to: .error)
            return 1
        }
    }
}

/// What this program can do.
private enum BenchPart: String {
    case skeleton, commit

    /// The skeleton stands beside the agent, the commits beside the control plane.
    var threads: Int { self == .skeleton ? 1 : 4 }
}
