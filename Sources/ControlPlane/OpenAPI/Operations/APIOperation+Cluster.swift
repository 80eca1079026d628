import Model

extension APIOperation {
    private static let status = Reply(200, "the cluster", .named(JSONSchema.clusterStatus))

    static let cluster: [APIOperation] = [
        APIOperation(
            .get, "/api/v1/cluster", "getCluster", "Show the cluster's histories and its brake",
            replies: [status]),
        APIOperation(
            .post, "/api/v1/cluster/confirm", "confirmHistory",
            "Let agents of another history take this one's documents", body: .named(JSONSchema.confirmation),
            replies: [status]
        ).with { $0.refusals = [404] },
        APIOperation(
            .post, "/api/v1/reachability/resume", "releaseBrake",
            "Let replicas of lost nodes move although many nodes are missing", replies: [status]),
        APIOperation(
            .post, "/api/v1/backup", "backUp", "Copy the database, without its keys, while it is used",
            replies: [
                Reply(
                    200, "the copy, an SQLite database", .text("SQLite format 3"),
                    type: "application/vnd.sqlite3")
            ]
        ).with { $0.isRepeatable = false },
    ]

    private static let ok = Reply(200, "ok", .text("ok\n"), type: "text/plain; charset=utf-8")

    static let system: [APIOperation] = [
        APIOperation(
            .get, "/health", "getHealth", "Show how the control plane does",
            replies: [Reply(200, "how it does", .named(JSONSchema.health))]),
        APIOperation(.get, "/livez", "getLiveness", "Say whether the process answers", replies: [ok]),
        APIOperation(.get, "/readyz", "getReadiness", "Say whether the process takes work", replies: [ok]),
        APIOperation(
            .get, "/metrics", "getMetrics", "Show the metrics as Prometheus reads them",
            replies: [
                Reply(
                    200, "the metrics", .text("# TYPE up gauge"),
                    type: "text/plain; version=0.0.4; charset=utf-8")
            ]),
        APIOperation(
            .get, "/openapi.json", "getOpenAPI", "Show this document",
            replies: [
                Reply(200, "the document", .object([], isOpen: true)), Reply(304, "If-None-Match names it"),
            ]),
    ]
}
