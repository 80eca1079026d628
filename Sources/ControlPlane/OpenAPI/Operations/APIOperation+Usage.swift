import Model

extension APIOperation {
    static let usage: [APIOperation] = [
        APIOperation(
            .get, "/api/v1/usage", "listUsage", "List what replicas used, minute by minute, newest first",
            query: [
                Parameter("deployment_id", .text("web"), "The deployment; it or the node is needed."),
                Parameter("deployment", .text("web"), "The same."),
                Parameter("node_id", .text("edge-1"), "The node."),
                Parameter("node", .text("edge-1"), "The same."),
                Parameter("replica_number", .whole(0...4_294_967_295, 0), "One replica."),
                Parameter("since", .time, "Not before."), Parameter("until", .time, "Not after."),
                Parameter("limit", .whole(1...1000, 50), "Items of a page."),
                Parameter(
                    "offset", .whole(0...Int64(ControlPlaneLimits.usageOffset), 0),
                    "Items to skip; not with cursor."),
                Parameter(
                    "cursor", .text("ZGVw", bytes: 1...ControlPlaneLimits.cursorBytes),
                    "next_cursor of the page before."),
            ],
            replies: [
                Reply(
                    200, "a page",
                    .object([
                        .must("items", .list(.named(JSONSchema.usageRollup))),
                        .must("limit", .whole(1...1000, 50)), .may("offset", .count(0)),
                        .may("next_cursor", .text("ZGVw", bytes: 1...ControlPlaneLimits.cursorBytes)),
                    ]))
            ]),
        APIOperation(
            .get, "/api/v1/deployments/{id}/metrics", "getDeploymentMetrics",
            "Show the newest samples of a deployment's replicas",
            replies: [Reply(200, "the samples", .named(JSONSchema.deploymentMetrics))]),
        APIOperation(
            .get, "/api/v1/metrics/summary", "getMetricsSummary", "Show which requests come most often",
            query: [Parameter("limit", .whole(1...1_000, 16), "Lines at most; the settings bound it.")],
            replies: [Reply(200, "the summary", .named(JSONSchema.metricsSummary))]),
    ]
}
