import Model

extension APIOperation {
    static let agents: [APIOperation] = [
        APIOperation(
            .post, "/api/v1/nodes/register", "registerNode", "Make a machine a node",
            body: .named(JSONSchema.registration),
            replies: [
                Reply(201, "registered; the token is shown once", .named(JSONSchema.registered)),
                Reply(204, "a dry run found nothing wrong"),
            ]
        ).with { $0.refusals = [409, 410, 429] },
        APIOperation(
            .post, "/api/v1/nodes/{id}/heartbeats", "reportHeartbeat", "Report what a node does",
            body: .named(JSONSchema.heartbeat), replies: [Reply(200, "heard", .named(JSONSchema.heard))]
        ).with { $0.isRepeatable = false },
        APIOperation(
            .get, "/api/v1/nodes/{id}/desired-state", "getDesiredState",
            "Get, or wait for, a node's document",
            query: [APIOperation.Parameter("wait", .whole(0...60, 30), "Seconds to wait for a new one.")],
            replies: [
                Reply(200, "the document", .named(JSONSchema.desiredState)),
                Reply(304, "If-None-Match names the newest one"),
            ]
        ).with { $0.refusals = [409, 426] },
        APIOperation(
            .get, "/api/v1/nodes/{id}/configs", "getNodeConfigs", "Get the configs of a node's document",
            replies: [
                Reply(200, "the configs, without sealed values", .named(JSONSchema.nodeConfigs)),
                Reply(304, "If-None-Match names the document they are of"),
            ]
        ).with { $0.refusals = [409] },
    ]
}
