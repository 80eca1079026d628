import EventLoop
import Model

/// Looks at a deployment again and again and prints what changed.
@LoopActor
struct DeploymentWatcher {
    let session: Session
    let path: String
    let intervalSeconds: Int
    let maxRuntimeSeconds: Int?
    let untilSettled: Bool
    /// Whether a change is the whole answer in one line instead of words.
    var asJSON = false

    /// The longest pause between two looks while the control plane is away, in seconds.
    static let longestPauseSeconds = 30

    func run() async throws -> Int32 {
        let started = EventLoop.now
        var last: DeploymentDetail?
        var pause = intervalSeconds
        while true {
            do {
                let answer = try await session.send(.get, path)
                let item: DeploymentDetail = try session.decode(answer)
                try show(DeploymentChanges.lines(from: last, to: item), answer)
                last = item
                pause = intervalSeconds
                if untilSettled, let code = settled(item) { return code }
            } catch let failure as ConsoleFailure {
                guard Self.isPassing(failure), last != nil else { throw failure }
                session.terminal.remark("\(session.now) \(failure.message); trying again in \(pause * 2) s")
                pause = min(pause * 2, Self.longestPauseSeconds)
            }
            let elapsed = EventLoop.now.milliseconds(since: started) / 1000
            if let maxRuntimeSeconds, elapsed >= maxRuntimeSeconds {
                session.terminal.remark("stopped watching after \(elapsed) s")
                return 1
            }
            try await LoopActor.sleep(milliseconds: Int64(pause) * 1000)
        }
    }

    private func show(_ lines: [String], _ answer: [UInt8]) throws {
        guard !lines.isEmpty else { return }
        guard !asJSON else { return try session.printJSONLine(answer) }
        for line in lines { session.terminal.write("\(session.now) \(line)\n") }
    }

    private func settled(_ item: DeploymentDetail) -> Int32? {
        switch item.status {
        case .running, .stopped: 0
        case .failed: 1
        case .pending, .deploying: nil
        }
    }

    /// Whether trying again may help.
    static func isPassing(_ failure: ConsoleFailure) -> Bool {
        switch failure.kind {
        case .unreachable: true
        case .refused(let status): status >= 500 || status == 429
        case .usage, .failed: false
        }
    }
}
