internal import Model

/// How pauses between tries grow.
struct BackoffPolicy: Hashable, Sendable {
    var firstMilliseconds: Int64
    var longestMilliseconds: Int64

    /// The pause after that many failures in a row: first, twice, four times … up to the longest.
    func pauseMilliseconds(afterFailures failures: UInt32) -> Int64 {
        let first = max(firstMilliseconds, NodeLimits.shortestBackoffMilliseconds)
        let longest = max(longestMilliseconds, first)
        var pause = first
        var step: UInt32 = 1
        while step < failures, pause < longest {
            pause = pause > longest / 2 ? longest : pause * 2
            step += 1
        }
        return min(pause, longest)
    }

    static let prepare = BackoffPolicy(
        firstMilliseconds: NodeLimits.prepareBackoffMilliseconds,
        longestMilliseconds: NodeLimits.prepareBackoffMaxMilliseconds)
    static let cleanup = BackoffPolicy(
        firstMilliseconds: NodeLimits.cleanupBackoffMilliseconds,
        longestMilliseconds: NodeLimits.cleanupBackoffMaxMilliseconds)
    static let reload = BackoffPolicy(
        firstMilliseconds: NodeLimits.reloadBackoffMilliseconds,
        longestMilliseconds: NodeLimits.reloadBackoffMaxMilliseconds)
    static let image = BackoffPolicy(
        firstMilliseconds: NodeLimits.imageBackoffMilliseconds,
        longestMilliseconds: NodeLimits.imageBackoffMaxMilliseconds)

    /// The declaration's numbers, else the node's.
    static func restart(_ spec: RestartSpec?, _ settings: NodeSettings) -> BackoffPolicy {
        BackoffPolicy(
            firstMilliseconds: spec?.backoffSecs.map { Int64($0) * 1000 } ?? settings.backoffMilliseconds,
            longestMilliseconds: spec?.backoffMaxSecs.map { Int64($0) * 1000 }
                ?? settings.backoffMaxMilliseconds)
    }
}
