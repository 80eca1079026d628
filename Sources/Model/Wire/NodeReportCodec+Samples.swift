import JSON

extension NodeReportCodec {
    /// The most samples that are read of one report.
    public static let maxSamples = 4096
    /// How a report says that its byte counters are deltas.
    static let deltaWord = "delta"

    /// Reads the samples of one replica; one that cannot be true is counted and left out.
    static func samples(
        _ reader: inout JSONReader, room: Int
    ) throws(JSONError) -> (samples: [ResourceSample], unreadable: Int) {
        guard try !reader.readNullIfPresent() else { return ([], 0) }
        var samples: [ResourceSample] = []
        var unreadable = 0
        try reader.beginArray()
        while try reader.nextElement() {
            guard samples.count < room else {
                try reader.skipValue()
                unreadable += 1
                continue
            }
            if let sample = try sample(&reader) { samples.append(sample) } else { unreadable += 1 }
        }
        return (samples, unreadable)
    }

    private static func sample(_ reader: inout JSONReader) throws(JSONError) -> ResourceSample? {
        var time: Timestamp?
        var sample = ResourceSample(
            collectedAt: Timestamp(milliseconds: 0), cpuPercent: -1, memoryBytes: .max,
            networkReceivedBytes: .max, networkSentBytes: .max)
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("collected_at") {
                time = try timeIfPresent(&reader)
            } else if reader.keyIs("cpu_percent") {
                sample.cpuPercent = try reader.readNullIfPresent() ? -1 : reader.readDouble()
            } else if reader.keyIs("memory_bytes") {
                sample.memoryBytes = try reader.readUInt64()
            } else if reader.keyIs("network_rx_bytes") {
                sample.networkReceivedBytes = try reader.readUInt64()
            } else if reader.keyIs("network_tx_bytes") {
                sample.networkSentBytes = try reader.readUInt64()
            } else if reader.keyIs("blk_read_bytes") {
                sample.blockReadBytes = try reader.readNullIfPresent() ? nil : reader.readUInt64()
            } else if reader.keyIs("blk_write_bytes") {
                sample.blockWrittenBytes = try reader.readNullIfPresent() ? nil : reader.readUInt64()
            } else {
                try reader.skipValue()
            }
        }
        guard let time, sample.isPlausible else { return nil }
        sample.collectedAt = time
        return sample
    }

    static func writeSamples(_ samples: [ResourceSample], _ writer: inout JSONWriter) {
        writer.key("metrics")
        writer.beginArray()
        for sample in samples {
            writer.beginObject()
            writer.field("collected_at", sample.collectedAt.description)
            writer.field("cpu_percent", sample.cpuPercent)
            writer.field("memory_bytes", sample.memoryBytes)
            writer.field("network_rx_bytes", sample.networkReceivedBytes)
            writer.field("network_tx_bytes", sample.networkSentBytes)
            if let bytes = sample.blockReadBytes { writer.field("blk_read_bytes", bytes) }
            if let bytes = sample.blockWrittenBytes { writer.field("blk_write_bytes", bytes) }
            writer.endObject()
        }
        writer.endArray()
    }
}
