internal import Model

/// Encodes reports so that none is larger than the control plane takes.
///
/// A full report says everything; when it is too large its samples follow in parts of their own, its reasons are cut,
/// and when that is not enough it is sent in parts that each add to what is known.
enum ReportWriter {
    static func bodies(_ report: NodeReport, limitBytes: Int) -> [[UInt8]] {
        let whole = NodeReportCodec.encode(report)
        guard whole.count > limitBytes else { return [whole] }
        guard !report.samples.isEmpty else { return bare(report, limitBytes: limitBytes) }
        var told = report
        told.samples = ReportedSamples()
        let bodies = bare(told, limitBytes: limitBytes)
        var measured = report
        measured.sequence += UInt64(bodies.count)
        measured.containers.removeAll { report.samples.byReplica[$0.replicaKey] == nil }
        guard !measured.containers.isEmpty else { return bodies }
        return bodies + parts(shortened(measured), limitBytes: limitBytes)
    }

    /// A report without samples.
    private static func bare(_ report: NodeReport, limitBytes: Int) -> [[UInt8]] {
        let whole = NodeReportCodec.encode(report)
        guard whole.count > limitBytes else { return [whole] }
        let short = shortened(report)
        let cutDown = NodeReportCodec.encode(short)
        guard cutDown.count > limitBytes else { return [cutDown] }
        return parts(short, limitBytes: limitBytes)
    }

    private static func shortened(_ report: NodeReport) -> NodeReport {
        var short = report
        for index in short.containers.indices {
            short.containers[index].message = short.containers[index].message.map(cut)
            short.containers[index].containerID = short.containers[index].containerID.map {
                String($0.prefix(12))
            }
        }
        return short
    }

    private static func parts(_ report: NodeReport, limitBytes: Int) -> [[UInt8]] {
        var part = report
        part.isFull = false
        part.containers = []
        let head = NodeReportCodec.encode(part).count
        var bodies: [[UInt8]] = []
        var used = head
        for container in report.containers {
            let samples = report.samples.byReplica[container.replicaKey] ?? []
            let one = NodeReportCodec.encode(container, samples: samples).count + 1
            if used + one > limitBytes, !part.containers.isEmpty {
                bodies.append(NodeReportCodec.encode(part))
                part.containers = []
                part.sequence += 1
                used = head + 20
            }
            part.containers.append(container)
            used += one
        }
        bodies.append(NodeReportCodec.encode(part))
        return bodies
    }

    private static func cut(_ message: String) -> String {
        guard message.utf8.count > AgentLimits.shortReasonBytes else { return message }
        return String(decoding: message.utf8.prefix(AgentLimits.shortReasonBytes), as: UTF8.self) + "…"
    }
}
