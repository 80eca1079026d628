internal import Model

/// Encodes reports so that none is larger than the control plane takes.
///
/// A full report says everything; when it is too large its samples follow in parts of their own, its reasons are cut,
/// and when that is not enough it comes in parts with numbers in a row, which count as full with the last one.
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
        measured.isFull = false
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
        part.containers = []
        part.part = NodeReport.Part(number: Int(UInt16.max), count: Int(UInt16.max))
        part.sequence = .max
        let pieces = pieces(of: report, limitBytes: limitBytes - NodeReportCodec.encode(part).count)
        return pieces.enumerated().map { index, containers in
            part.part = report.isFull ? NodeReport.Part(number: index + 1, count: pieces.count) : nil
            part.sequence = report.sequence + UInt64(index)
            part.containers = containers
            return NodeReportCodec.encode(part)
        }
    }

    /// Replicas in their order, as many together as fit; one that is larger than all room stands alone.
    private static func pieces(of report: NodeReport, limitBytes: Int) -> [[InstanceReport]] {
        var pieces: [[InstanceReport]] = []
        var piece: [InstanceReport] = []
        var used = 0
        for container in report.containers {
            let samples = report.samples.byReplica[container.replicaKey] ?? []
            let size = NodeReportCodec.encode(container, samples: samples).count + 1
            if used + size > limitBytes, !piece.isEmpty {
                pieces.append(piece)
                piece = []
                used = 0
            }
            piece.append(container)
            used += size
        }
        return pieces + [piece]
    }

    private static func cut(_ message: String) -> String {
        guard message.utf8.count > AgentLimits.shortReasonBytes else { return message }
        return String(decoding: message.utf8.prefix(AgentLimits.shortReasonBytes), as: UTF8.self) + "…"
    }
}
