import EventLoop
import Model

@main enum Main {
    nonisolated static func main() { start() }
}

/// The yardsticks of `make bench`; never packaged.
private func start() -> Never {
    let words = Array(SystemInfo.arguments.dropFirst())
    guard let part = words.first.flatMap(BenchPart.init), words.count == (part == .core ? 1 : 2) else {
        StandardIO.write(
            "usage: fledx-bench core | skeleton DATABASE | commit DATABASE | fleet FILE\n", to: .error)
        EventLoop.exitNow(2)
    }
    EventLoop.runMain(threadPoolSize: part.threads, savesMemory: part == .skeleton) {
        do {
            switch part {
            case .core: try CoreBench.run { StandardIO.write($0, to: .output) }
            case .skeleton: try await Skeleton.run(database: words[1])
            case .commit: try await CommitBench.run(database: words[1])
            case .fleet: try await FleetBench.run(file: words[1])
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
    case skeleton, commit, core, fleet

    /// The skeleton stands beside the agent, the commits beside the control plane.
    var threads: Int { self == .skeleton ? 1 : 4 }
}
