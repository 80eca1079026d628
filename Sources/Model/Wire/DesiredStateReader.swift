public import JSON

/// The desired state, read by hand where it is long: its replicas, most of which say what the one before them says.
///
/// It makes of a document what `Codable` makes of it; whatever is said once, or seldom, is left to that.
public enum DesiredStateReader {
    /// Reads a document.
    public static func decode(_ bytes: [UInt8]) throws(JSONError) -> DesiredStateDocument {
        do throws(JSONError) { return try document(bytes) } catch { throw error.located(in: bytes) }
    }

    private static func document(_ bytes: [UInt8]) throws(JSONError) -> DesiredStateDocument {
        var reader = try JSONReader(bytes)
        var members: [JSONMember] = []
        var replicas: [DesiredReplica] = []
        try reader.beginObject()
        while try reader.nextKey() {
            if reader.keyIs("deployments") {
                members.append(JSONMember(key: reader.key, value: []))
                var replica = ReplicaReader()
                try reader.beginArray()
                while try reader.nextElement() { replicas.append(try replica.read(&reader)) }
            } else {
                members.append(JSONMember(key: reader.key, value: try reader.readNode()))
            }
        }
        try reader.end()
        var document = try JSONCoder.decode(
            DesiredStateDocument.self, from: JSONNode(.object(members), offset: 0))
        document.deployments = replicas
        return document
    }
}

/// Reads one replica after the other.
private struct ReplicaReader {
    private var name = RepeatedText()
    private var image = RepeatedText()
    private var strategy = RepeatedValue<RolloutStrategy>()
    private var ports = RepeatedValue<[PortMapping]>()
    private var configs = RepeatedValue<[ConfigReference]>()
    private var env = RepeatedValue<[String: String]>()
    private var resources = RepeatedValue<Resources>()
    private var restart = RepeatedValue<RestartSpec>()
    private var pull = RepeatedValue<PullSpec>()
    private var health = RepeatedValue<HealthSpec>()

    /// What every replica must say.
    private struct Head {
        var assignmentID: AssignmentID?
        var deploymentID: DeploymentID?
        var name: String?
        var number: Int?
        var generation: UInt64?
        var image: String?
    }

    mutating func read(_ reader: inout JSONReader) throws(JSONError) -> DesiredReplica {
        var head = Head()
        var rest = DesiredReplica(
            assignmentID: AssignmentID(UUIDValue(high: 0, low: 0)),
            deploymentID: DeploymentID(UUIDValue(high: 0, low: 0)), name: "", replicaNumber: 0, generation: 0,
            container: ContainerSpec(image: ""))
        var seldom: [JSONMember] = []
        try reader.beginObject()
        while try reader.nextKey() {
            if try readHead(&reader, &head) { continue }
            // Absent, and with its default, is what is null.
            if try reader.readNullIfPresent() { continue }
            if try readOwn(&reader, &rest) { continue }
            if try readContainer(&reader, &rest.container) { continue }
            seldom.append(JSONMember(key: reader.key, value: try reader.readNode()))
        }
        guard let assignmentID = head.assignmentID, let deploymentID = head.deploymentID,
            let name = head.name, let number = head.number, let generation = head.generation,
            let image = head.image
        else {
            throw reader.failure(
                .missingKey,
                "a replica needs assignment_id, deployment_id, name, replica_number, generation and image")
        }
        rest.assignmentID = assignmentID
        rest.deploymentID = deploymentID
        rest.name = name
        rest.replicaNumber = number
        rest.generation = generation
        rest.container.image = image
        if !seldom.isEmpty { rest.container = try Self.completed(rest.container, seldom) }
        return rest
    }

    private mutating func readHead(
        _ reader: inout JSONReader, _ head: inout Head
    ) throws(JSONError) -> Bool {
        if reader.keyIs("assignment_id") {
            head.assignmentID = try NodeReportCodec.identifierIfPresent(&reader)
        } else if reader.keyIs("deployment_id") {
            head.deploymentID = try NodeReportCodec.identifierIfPresent(&reader)
        } else if reader.keyIs("name") {
            head.name = try name.read(&reader)
        } else if reader.keyIs("replica_number") {
            head.number = try reader.readInt()
        } else if reader.keyIs("generation") {
            head.generation = try reader.readUInt64()
        } else if reader.keyIs("image") {
            head.image = try image.read(&reader)
        } else {
            return false
        }
        return true
    }

    private mutating func readOwn(
        _ reader: inout JSONReader, _ replica: inout DesiredReplica
    ) throws(JSONError) -> Bool {
        if reader.keyIs("restart_nonce") {
            replica.restartNonce = try reader.readUInt64()
        } else if reader.keyIs("desired_state") {
            replica.desiredState = try NodeReportCodec.word(&reader)
        } else if reader.keyIs("strategy") {
            replica.strategy = try strategy.read(&reader) ?? RolloutStrategy()
        } else if reader.keyIs("ports") {
            replica.ports = try ports.read(&reader) ?? []
        } else if reader.keyIs("configs") {
            replica.configs = try configs.read(&reader) ?? []
        } else {
            return false
        }
        return true
    }

    private mutating func readContainer(
        _ reader: inout JSONReader, _ container: inout ContainerSpec
    ) throws(JSONError) -> Bool {
        if reader.keyIs("env") {
            container.env = try env.read(&reader) ?? [:]
        } else if reader.keyIs("resources") {
            container.resources = try resources.read(&reader)
        } else if reader.keyIs("restart") {
            container.restart = try restart.read(&reader)
        } else if reader.keyIs("stop_grace_secs") {
            container.stopGraceSecs = try reader.readInt()
        } else if reader.keyIs("pull") {
            container.pull = try pull.read(&reader) ?? PullSpec()
        } else if reader.keyIs("health") {
            container.health = try health.read(&reader)
        } else {
            return false
        }
        return true
    }

    /// With the members that are not read by hand.
    private static func completed(
        _ read: ContainerSpec, _ members: [JSONMember]
    ) throws(JSONError) -> ContainerSpec {
        let image = JSONMember(key: "image", value: .string(read.image))
        var container = try JSONCoder.decode(ContainerSpec.self, from: JSONNode(.object(members + [image])))
        container.env = read.env
        container.resources = read.resources
        container.restart = read.restart
        container.stopGraceSecs = read.stopGraceSecs
        container.pull = read.pull
        container.health = read.health
        return container
    }
}
