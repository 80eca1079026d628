public import JSON

/// The heartbeat body, read and written by hand: it is the one message whose cost is multiplied by the fleet.
public enum NodeReportCodec {
    /// The most replicas one report may carry.
    public static let maxContainers = 4096
    /// The most capabilities one report may announce.
    public static let maxCapabilities = 64
    /// Bytes of a message that are kept; longer ones are cut, never refused.
    public static let maxMessageBytes = 1024

    /// Reads a body; unknown keys are ignored, since agents of other versions send them.
    ///
    /// `memory` belongs to the node that sent it: what its last body said in the same bytes is not read again.
    public static func decode(
        _ bytes: [UInt8], recalling memory: ReportMemory = ReportMemory()
    ) throws(JSONError) -> NodeReport {
        var reader = try JSONReader(bytes)
        var report = NodeReport()
        var sawStatus = false
        var part = (number: 0, count: 0)
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("node_status") {
                report.nodeStatus = try word(&reader)
                sawStatus = true
            } else if reader.keyIs("containers") {
                try memory.readContainers(&reader, &report, readContainers)
            } else if reader.keyIs("part") {
                part.number = Int(try reader.readInteger() as UInt16)
            } else if reader.keyIs("parts") {
                part.count = Int(try reader.readInteger() as UInt16)
            } else if report.inventory == nil, reader.keyIs("inventory") {
                try memory.readInventory(&reader, &report, readInventory)
            } else {
                try readHead(&reader, &report)
            }
        }
        try reader.end()
        if part.count > 1 { report.part = NodeReport.Part(number: part.number, count: part.count) }
        guard sawStatus else { throw reader.failure(.missingKey, "node_status is required") }
        return report
    }

    /// Writes a body.
    public static func encode(_ report: NodeReport) -> [UInt8] {
        var writer = JSONWriter(reserving: 512 + report.containers.count * 320)
        writer.beginObject()
        writer.fieldIfPresent("boot_id", report.bootID?.description)
        writer.field("seq", report.sequence)
        writer.field("full", report.isFull)
        if let part = report.part {
            writer.field("part", part.number)
            writer.field("parts", part.count)
        }
        writer.field("node_status", report.nodeStatus.rawValue)
        writer.fieldIfPresent("timestamp", report.timestamp?.description)
        writeConditions(report.conditions, &writer)
        if let inventory = report.inventory { writeInventory(inventory, &writer) }
        writer.key("foreign_ports")
        writer.value(report.foreignPorts)
        if let applied = report.applied {
            writer.key("applied")
            writer.beginObject()
            writer.field("epoch", applied.epoch.description)
            writer.field("revision", applied.revision)
            writer.endObject()
        }
        if let capabilities = report.capabilities {
            writer.key("capabilities")
            writer.beginArray()
            for word in capabilities { writer.value(word) }
            writer.endArray()
        }
        if let seconds = report.intervalSecs { writer.field("interval_secs", seconds) }
        if report.samples.countersAreDeltas { writer.field("counters", deltaWord) }
        writer.key("containers")
        writer.beginArray()
        // A replica that moves within its node has two containers; its samples are told once.
        var samples = report.samples.byReplica
        for container in report.containers {
            write(container, samples.removeValue(forKey: container.replicaKey) ?? [], &writer)
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// Writes one replica as it stands in a body, to measure it.
    public static func encode(_ report: InstanceReport, samples: [ResourceSample] = []) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        write(report, samples, &writer)
        return writer.bytes
    }

    private static func readContainers(
        _ reader: inout JSONReader, _ report: inout NodeReport
    ) throws(JSONError) {
        try list(&reader, limit: maxContainers) { (reader) throws(JSONError) in
            report.containers.append(try instance(&reader, &report.samples))
        }
    }

    private static func readHead(_ reader: inout JSONReader, _ report: inout NodeReport) throws(JSONError) {
        if reader.keyIs("boot_id") {
            report.bootID = try identifierIfPresent(&reader)
        } else if reader.keyIs("seq") {
            report.sequence = try counter(&reader)
        } else if reader.keyIs("full") {
            report.isFull = try reader.readBool()
        } else if reader.keyIs("timestamp") {
            report.timestamp = try timeIfPresent(&reader)
        } else if reader.keyIs("conditions") {
            try list(&reader, limit: 64) { (reader) throws(JSONError) in
                report.conditions.append(try condition(&reader))
            }
        } else if reader.keyIs("inventory") {
            try readInventory(&reader, &report)
        } else if reader.keyIs("public_ip") {
            let address = try reader.readStringIfPresent()
            report.inventory = report.inventory ?? Inventory()
            report.inventory?.publicIP = address
        } else if reader.keyIs("public_host") {
            let host = try reader.readStringIfPresent()
            report.inventory = report.inventory ?? Inventory()
            report.inventory?.publicHost = host
        } else if reader.keyIs("foreign_ports") {
            try list(&reader, limit: 65_536) { (reader) throws(JSONError) in
                report.foreignPorts.append(try reader.readInteger())
            }
        } else if reader.keyIs("capabilities") {
            report.capabilities = []
            try list(&reader, limit: maxCapabilities) { (reader) throws(JSONError) in
                report.capabilities?.append(cut(try reader.readString(), SpecLimits.nameBytes))
            }
        } else if reader.keyIs("interval_secs") {
            guard try !reader.readNullIfPresent() else { return }
            report.intervalSecs = Int(try reader.readInteger() as UInt16)
        } else if reader.keyIs("counters") {
            report.samples.countersAreDeltas = try reader.readStringIfPresent() == deltaWord
        } else if reader.keyIs("applied") {
            guard try !reader.readNullIfPresent() else { return }
            report.applied = try applied(&reader)
        } else {
            try reader.skipValue()
        }
    }

    private static func applied(_ reader: inout JSONReader) throws(JSONError) -> NodeReport.Applied {
        var epoch: Epoch?
        var revision: UInt64?
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("epoch") {
                epoch = try identifierIfPresent(&reader)
            } else if reader.keyIs("revision") {
                revision = try counter(&reader)
            } else {
                try reader.skipValue()
            }
        }
        guard let epoch, let revision else {
            throw reader.failure(.missingKey, "applied needs epoch and revision")
        }
        return NodeReport.Applied(epoch: epoch, revision: revision)
    }

    private static func condition(_ reader: inout JSONReader) throws(JSONError) -> Condition {
        var condition = Condition(type: "", message: "")
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("type") {
                condition.type = cut(try reader.readString(), SpecLimits.fieldBytes)
            } else if reader.keyIs("message") {
                condition.message = cut(try reader.readString(), maxMessageBytes)
            } else if reader.keyIs("since") {
                condition.since = try timeIfPresent(&reader)
            } else {
                try reader.skipValue()
            }
        }
        return condition
    }
}
