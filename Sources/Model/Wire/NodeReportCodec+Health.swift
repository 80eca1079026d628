import JSON

extension NodeReportCodec {
    /// What is said of a replica's probes; words that are not known here are left out.
    static func health(_ reader: inout JSONReader) throws(JSONError) -> InstanceHealth? {
        guard try !reader.readNullIfPresent() else { return nil }
        var health = InstanceHealth(healthy: false)
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("healthy") {
                health.healthy = try reader.readBool()
            } else if reader.keyIs("startup") {
                health.startup = try verdict(&reader)
            } else if reader.keyIs("readiness") {
                health.readiness = try verdict(&reader)
            } else if reader.keyIs("liveness") {
                health.liveness = try verdict(&reader)
            } else if reader.keyIs("reason") {
                health.reason = try reader.readStringIfPresent().map { cut($0, maxMessageBytes) }
            } else if reader.keyIs("last_probe_result") {
                health.lastProbeResult = try reader.readStringIfPresent().map { cut($0, maxMessageBytes) }
            } else if reader.keyIs("last_checked_at") {
                health.lastCheckedAt = try timeIfPresent(&reader)
            } else {
                try reader.skipValue()
            }
        }
        return health
    }

    private static func verdict(_ reader: inout JSONReader) throws(JSONError) -> InstanceHealth.Verdict? {
        try reader.readStringIfPresent().flatMap(InstanceHealth.Verdict.init)
    }

    static func writeHealth(_ health: InstanceHealth, _ writer: inout JSONWriter) {
        writer.key("health")
        writer.beginObject()
        writer.field("healthy", health.healthy)
        writer.fieldIfPresent("startup", health.startup?.rawValue)
        writer.fieldIfPresent("readiness", health.readiness?.rawValue)
        writer.fieldIfPresent("liveness", health.liveness?.rawValue)
        writer.fieldIfPresent("reason", health.reason.map { cut($0, maxMessageBytes) })
        writer.fieldIfPresent("last_probe_result", health.lastProbeResult.map { cut($0, maxMessageBytes) })
        writer.fieldIfPresent("last_checked_at", health.lastCheckedAt?.description)
        writer.endObject()
    }
}
