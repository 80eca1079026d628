import JSON

extension NodeReportCodec {
    static func instance(
        _ reader: inout JSONReader, _ samples: inout ReportedSamples
    ) throws(JSONError) -> InstanceReport {
        var deploymentID: DeploymentID?
        var state: InstanceState?
        var measured: [ResourceSample] = []
        var result = InstanceReport(
            assignmentID: nil, deploymentID: DeploymentID(UUIDValue(high: 0, low: 0)), replicaNumber: 0,
            generation: 0, state: .unknown, lastUpdated: Timestamp(milliseconds: 0))
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("deployment_id") {
                deploymentID = try identifierIfPresent(&reader)
            } else if reader.keyIs("state") {
                state = try word(&reader) as InstanceState
            } else if reader.keyIs("metrics") {
                let (read, unreadable) = try self.samples(&reader, room: maxSamples - samples.count)
                measured = read
                samples.unreadable += unreadable
            } else {
                try readInstanceField(&reader, &result)
            }
        }
        guard let deploymentID, let state else {
            throw reader.failure(.missingKey, "a container needs deployment_id and state")
        }
        result.deploymentID = deploymentID
        result.state = state
        if !measured.isEmpty { samples.byReplica[result.replicaKey, default: []] += measured }
        return result
    }

    private static func readInstanceField(
        _ reader: inout JSONReader, _ result: inout InstanceReport
    ) throws(JSONError) {
        if reader.keyIs("assignment_id") {
            result.assignmentID = try identifierIfPresent(&reader)
        } else if reader.keyIs("replica_number") {
            result.replicaNumber = Int(try reader.readInteger(UInt32.self))
        } else if reader.keyIs("generation") {
            result.generation = try counter(&reader)
        } else if reader.keyIs("container_id") {
            result.containerID = try reader.readStringIfPresent().map { cut($0, SpecLimits.fieldBytes) }
        } else if reader.keyIs("message") {
            result.message = try reader.readStringIfPresent().map { cut($0, maxMessageBytes) }
        } else if reader.keyIs("restart_count") {
            result.restartCount = try reader.readInteger()
        } else if reader.keyIs("last_updated") {
            result.lastUpdated = try timeIfPresent(&reader) ?? Timestamp(milliseconds: 0)
        } else if reader.keyIs("rejected_generation") {
            result.rejectedGeneration = try reader.readNullIfPresent() ? nil : counter(&reader)
        } else if reader.keyIs("image_digest") {
            result.imageDigest = try digest(&reader)
        } else if reader.keyIs("port_taken") {
            result.isPortTaken = try reader.readBool()
        } else if reader.keyIs("health") {
            result.health = try health(&reader)
        } else if reader.keyIs("endpoints") {
            try list(&reader, limit: SpecLimits.entries) { (reader) throws(JSONError) in
                result.endpoints.append(try reader.readString())
            }
        } else {
            try reader.skipValue()
        }
    }

    /// A digest that is too long is no digest: half of one would name another image.
    private static func digest(_ reader: inout JSONReader) throws(JSONError) -> String? {
        guard let text = try reader.readStringIfPresent() else { return nil }
        return text.utf8.count <= SpecLimits.digestBytes ? text : nil
    }

    static func write(
        _ report: InstanceReport, _ samples: [ResourceSample], _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.fieldIfPresent("assignment_id", report.assignmentID?.description)
        writer.field("deployment_id", report.deploymentID.description)
        writer.field("replica_number", Int64(report.replicaNumber))
        writer.field("generation", report.generation)
        writer.fieldIfPresent("container_id", report.containerID)
        writer.field("state", report.state.rawValue)
        writer.fieldIfPresent("message", report.message.map { cut($0, maxMessageBytes) })
        writer.field("restart_count", UInt64(report.restartCount))
        writer.field("last_updated", report.lastUpdated.description)
        if let rejected = report.rejectedGeneration { writer.field("rejected_generation", rejected) }
        writer.fieldIfPresent("image_digest", report.imageDigest)
        if report.isPortTaken { writer.field("port_taken", true) }
        if let health = report.health { writeHealth(health, &writer) }
        if !report.endpoints.isEmpty {
            writer.key("endpoints")
            writer.value(report.endpoints)
        }
        if !samples.isEmpty { writeSamples(samples, &writer) }
        writer.endObject()
    }

    static func writeConditions(_ conditions: [Condition], _ writer: inout JSONWriter) {
        guard !conditions.isEmpty else { return }
        writer.key("conditions")
        writer.beginArray()
        for condition in conditions {
            writer.beginObject()
            writer.field("type", condition.type)
            writer.field("message", cut(condition.message, maxMessageBytes))
            writer.fieldIfPresent("since", condition.since?.description)
            writer.endObject()
        }
        writer.endArray()
    }
}
