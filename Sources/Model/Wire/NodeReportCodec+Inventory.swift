import JSON

extension NodeReportCodec {
    static func readInventory(_ reader: inout JSONReader, _ report: inout NodeReport) throws(JSONError) {
        guard try !reader.readNullIfPresent() else { return }
        var inventory = report.inventory ?? Inventory()
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("arch") {
                inventory.arch = try reader.readStringIfPresent()
            } else if reader.keyIs("os") {
                inventory.os = try reader.readStringIfPresent()
            } else if reader.keyIs("labels") {
                inventory.labels = try labels(&reader)
            } else if reader.keyIs("capacity") {
                inventory.capacity = try reader.readNullIfPresent() ? nil : capacity(&reader)
            } else if reader.keyIs("public_ip") {
                inventory.publicIP = try reader.readStringIfPresent()
            } else if reader.keyIs("public_host") {
                inventory.publicHost = try reader.readStringIfPresent()
            } else {
                try reader.skipValue()
            }
        }
        report.inventory = inventory
    }

    static func writeInventory(_ inventory: Inventory, _ writer: inout JSONWriter) {
        writer.key("inventory")
        writer.beginObject()
        writer.fieldIfPresent("arch", inventory.arch)
        writer.fieldIfPresent("os", inventory.os)
        if let labels = inventory.labels {
            writer.key("labels")
            writer.beginObject()
            for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.value(value)
            }
            writer.endObject()
        }
        if let capacity = inventory.capacity {
            writer.key("capacity")
            writer.beginObject()
            writer.fieldIfPresent("cpu_millis", capacity.cpuMillis)
            writer.fieldIfPresent("memory_bytes", capacity.memoryBytes)
            writer.endObject()
        }
        writer.fieldIfPresent("public_ip", inventory.publicIP)
        writer.fieldIfPresent("public_host", inventory.publicHost)
        writer.endObject()
    }

    private static func labels(_ reader: inout JSONReader) throws(JSONError) -> [String: String]? {
        guard try !reader.readNullIfPresent() else { return nil }
        var labels: [String: String] = [:]
        try reader.beginObject()
        while try reader.nextKey() {
            guard labels.count < SpecLimits.entries else { throw reader.failure(.size, "too many labels") }
            let key = reader.key
            labels[key] = try reader.readString()
        }
        return labels
    }

    private static func capacity(_ reader: inout JSONReader) throws(JSONError) -> Capacity {
        var capacity = Capacity()
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("cpu_millis") {
                capacity.cpuMillis = try reader.readNullIfPresent() ? nil : reader.readInt64()
            } else if reader.keyIs("memory_bytes") {
                capacity.memoryBytes = try reader.readNullIfPresent() ? nil : reader.readInt64()
            } else {
                try reader.skipValue()
            }
        }
        return capacity
    }
}
