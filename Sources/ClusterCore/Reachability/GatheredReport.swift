import Model

/// Puts a full report together that comes in parts, numbered in a row from 1 and by the reports' own numbers.
///
/// A part that is missing, too late or beyond the bounds ends the whole: its parts then say only what they name, and
/// the next first part begins anew.
struct GatheredReport: Sendable {
    private var containers: [InstanceReport] = []
    /// The number of the part that came last; 0 while none is awaited.
    private var number = 0
    private var count = 0
    private var sequence: UInt64 = 0

    /// The report as it counts now: the whole with the last part, else only what this part names.
    mutating func take(_ report: NodeReport) -> NodeReport {
        guard let part = report.part, report.isFull, isNext(part, report) else {
            self = GatheredReport()
            return Self.partial(report)
        }
        if part.number == 1 { containers = [] }
        guard containers.count + report.containers.count <= ClusterLimits.reportedInstances else {
            self = GatheredReport()
            return Self.partial(report)
        }
        containers += report.containers
        number = part.number
        count = part.count
        sequence = report.sequence
        guard part.number == part.count else { return Self.partial(report) }
        var whole = report
        whole.containers = containers
        self = GatheredReport()
        return whole
    }

    private func isNext(_ part: NodeReport.Part, _ report: NodeReport) -> Bool {
        guard part.number >= 1, part.number <= part.count, part.count <= ClusterLimits.reportParts else {
            return false
        }
        guard part.number > 1 else { return true }
        return part.number == number + 1 && part.count == count && report.sequence == sequence + 1
    }

    private static func partial(_ report: NodeReport) -> NodeReport {
        var partial = report
        partial.isFull = false
        return partial
    }
}
