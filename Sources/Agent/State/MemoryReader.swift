internal import JSON
internal import Model
internal import NodeCore

/// `runtime.json`, read by hand where it is long: one entry a replica, most of which repeat what they say.
///
/// It makes of a file what `Codable` makes of it.
struct MemoryReader {
    private var imageID = RepeatedText()
    private var specHash = RepeatedText()
    private var health = RepeatedValue<HealthSpec>()
    private var resolved = RepeatedValue<[ReplicaMemory.ResolvedImage]>()

    static func decode(_ bytes: [UInt8]) throws(JSONError) -> NodeMemory {
        do throws(JSONError) { return try memory(bytes) } catch { throw error.located(in: bytes) }
    }

    private static func memory(_ bytes: [UInt8]) throws(JSONError) -> NodeMemory {
        var reader = try JSONReader(bytes)
        var members: [JSONMember] = []
        var replicas: [ReplicaMemory] = []
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("replicas") {
                members.append(JSONMember(key: reader.key, value: []))
                var entry = MemoryReader()
                try reader.beginArray()
                while try reader.nextElement() { replicas.append(try entry.replica(&reader)) }
            } else {
                members.append(JSONMember(key: reader.key, value: try reader.readNode()))
            }
        }
        try reader.end()
        var memory = try JSONCoder.decode(NodeMemory.self, from: JSONNode(.object(members), offset: 0))
        memory.replicas = replicas
        return memory
    }

    private mutating func replica(_ reader: inout JSONReader) throws(JSONError) -> ReplicaMemory {
        var assignmentID: AssignmentID?
        var generation: UInt64?
        var restartCount: UInt32?
        var failures: UInt32?
        var memory = ReplicaMemory(assignmentID: AssignmentID(UUIDValue(high: 0, low: 0)), generation: 0)
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("assignmentID") {
                assignmentID = UUIDValue(utf8: try reader.readStringBytes()).map { AssignmentID($0) }
            } else if reader.keyIs("generation") {
                generation = try reader.readUInt64()
            } else if reader.keyIs("restartCount") {
                restartCount = try reader.readInteger()
            } else if reader.keyIs("consecutiveFailures") {
                failures = try reader.readInteger()
            } else if try !reader.readNullIfPresent() {
                try readState(&reader, &memory)
            }
        }
        guard let assignmentID, let generation, let restartCount, let failures else {
            throw reader.failure(
                .missingKey,
                "an entry needs assignmentID, generation, restartCount and consecutiveFailures")
        }
        memory.assignmentID = assignmentID
        memory.generation = generation
        memory.restartCount = restartCount
        memory.consecutiveFailures = failures
        return memory
    }

    private mutating func readState(
        _ reader: inout JSONReader, _ memory: inout ReplicaMemory
    ) throws(JSONError) {
        if reader.keyIs("knownGood") {
            memory.knownGood = try knownGood(&reader)
        } else if reader.keyIs("previousImageID") {
            memory.previousImageID = try reader.readString()
        } else if reader.keyIs("switching") {
            memory.switching = try JSONCoder.decode(from: try reader.readNode())
        } else if reader.keyIs("rejected") {
            memory.rejected = try JSONCoder.decode(from: try reader.readNode())
        } else if reader.keyIs("stoppedContainerID") {
            memory.stoppedContainerID = ContainerID(try reader.readString())
        } else if reader.keyIs("resolved") {
            memory.resolved = try resolved.read(&reader)
        } else {
            try reader.skipValue()
        }
    }

    private mutating func knownGood(
        _ reader: inout JSONReader
    ) throws(JSONError) -> ReplicaMemory.KnownGood {
        var containerID: ContainerID?
        var image: String?
        var hash: String?
        var generation: UInt64?
        var probes: HealthSpec?
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("containerID") {
                containerID = ContainerID(try reader.readString())
            } else if reader.keyIs("imageID") {
                image = try imageID.read(&reader)
            } else if reader.keyIs("specHash") {
                hash = try specHash.read(&reader)
            } else if reader.keyIs("generation") {
                generation = try reader.readNullIfPresent() ? nil : try reader.readUInt64()
            } else if reader.keyIs("health") {
                probes = try health.read(&reader)
            } else {
                try reader.skipValue()
            }
        }
        guard let containerID, let image, let hash else {
            throw reader.failure(.missingKey, "knownGood needs containerID, imageID and specHash")
        }
        return ReplicaMemory.KnownGood(
            containerID: containerID, imageID: image, specHash: hash, generation: generation, health: probes)
    }
}
