import ClusterCore
import EventLoop
import JSON
import Model

/// Takes agents' reports: read by hand, kept in memory, answered without a task.
@LoopActor
final class HeartbeatService {
    private let host: ClusterHost
    private let usage: UsageService
    private let settings: ControlPlaneSettings
    private let headers: HTTPHeaders
    private var memories: [NodeID: ReportMemory] = [:]

    init(host: ClusterHost, usage: UsageService, settings: ControlPlaneSettings) {
        self.host = host
        self.usage = usage
        self.settings = settings
        var headers = HTTPHeaders(AgentHeaders.of(settings))
        headers.set("content-type", "application/json")
        self.headers = headers
    }

    func report(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        guard let holder = call.node else { throw .nodeUnauthorized }
        let body = try take(
            call.body, of: holder, agentVersion: call.header("x-agent-version").map { String($0.prefix(64)) })
        return .answer(Answer(status: .ok, fields: headers, body: body + [0x0A]))
    }

    /// Takes a report, however it came, and gives the answer's body.
    func take(
        _ body: [UInt8], of holder: NodeTokenIndex.Holder, agentVersion: String?
    ) throws(Refusal) -> [UInt8] {
        var report: NodeReport
        let memory = memory(of: holder.nodeID)
        do {
            report = try NodeReportCodec.decode(body, recalling: memory)
        } catch {
            throw .malformed(error.located(in: body))
        }
        Self.settleInventory(of: &report, memory)
        report.agentVersion = agentVersion
        let samples = report.samples
        report.samples = ReportedSamples()
        let command = RecordReport(nodeID: holder.nodeID, tokenID: holder.tokenID, report: report)
        guard case .report(let reply) = try host.perform(.recordReport(command)) else {
            throw Refusal(.internalServerError, "internal_error", "the report was not answered")
        }
        if !reply.wasStale { usage.take(samples, from: holder.nodeID, sentAt: report.timestamp) }
        return self.body(reply, holder.nodeID)
    }

    /// A report with a wrong label is still a sign of life: what is wrong of the machine is left out and told.
    private static func settleInventory(of report: inout NodeReport, _ memory: ReportMemory) {
        guard let inventory = report.inventory else { return }
        let settled = memory.settled { Self.settled(inventory) }
        report.inventory = settled.inventory
        if let condition = settled.condition { report.conditions.append(condition) }
    }

    private static func settled(_ inventory: Inventory) -> (inventory: Inventory, condition: Condition?) {
        var faults = FaultList()
        let settled = InventoryRules.settled(inventory, at: "inventory", &faults)
        guard let first = faults.faults.first else { return (settled, nil) }
        let more = faults.faults.count == 1 ? "" : " (and \(faults.faults.count - 1) more)"
        return (
            settled,
            Condition(
                type: "inventory_ignored",
                message: NodeReportCodec.shortened("\(first.field): \(first.message)\(more)"))
        )
    }

    /// What a node said last; when there are too many, all begin anew.
    private func memory(of id: NodeID) -> ReportMemory {
        if let memory = memories[id] { return memory }
        if memories.count >= ControlPlaneLimits.reportMemories { memories = [:] }
        let memory = ReportMemory()
        memories[id] = memory
        return memory
    }

    private func body(_ reply: Reply.Report, _ id: NodeID) -> [UInt8] {
        var writer = JSONWriter(reserving: 128)
        writer.beginObject()
        writer.field("ok", true)
        writer.field("ack", reply.acknowledged)
        writer.field("want_full", reply.wantsFull)
        writer.field("head_revision", reply.headRevision)
        writer.field("heartbeat_interval_secs", host.cluster.intervalMilliseconds(of: id) / 1000)
        writer.endObject()
        return writer.bytes
    }
}
