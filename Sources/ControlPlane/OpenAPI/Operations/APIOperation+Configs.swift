import Model

extension APIOperation {
    private static let one = "/api/v1/configs/{id}"
    private static let detail = Reply(200, "the config", .named(JSONSchema.config))
    private static let rehearsed = Reply(204, "a dry run found nothing wrong")
    private static let attachment = Reply(200, "how it stands", .named(JSONSchema.configAttachment))
    private static let attached = Reply(201, "newly attached", .named(JSONSchema.configAttachment))

    static let configs: [APIOperation] = [
        APIOperation(
            .get, "/api/v1/configs", "listConfigs", "List configs, last changed first",
            query: Parameter.page + [.name("app"), .label],
            replies: [Reply(200, "a page", JSONSchema.page(of: .named(JSONSchema.configSummary)))]),
        APIOperation(
            .post, "/api/v1/configs", "createConfig", "Declare a config",
            body: .named(JSONSchema.configDeclaration),
            replies: [Reply(201, "declared", .named(JSONSchema.config)), rehearsed]),
        APIOperation(.get, one, "getConfig", "Show a config", replies: [detail]),
        APIOperation(
            .get, "\(one)/versions", "listConfigVersions", "List the kept versions of a config, newest first",
            replies: [Reply(200, "the versions", .named(JSONSchema.configVersions))]),
        APIOperation(
            .put, one, "updateConfig", "Declare a config anew; deployments that have it are updated",
            body: .named(JSONSchema.configChange), replies: [detail, rehearsed]
        ).with { $0.isConditional = true },
        APIOperation(
            .delete, one, "deleteConfig", "Delete a config; deployments go on without it",
            replies: [Reply(200, "what it was", .named(JSONSchema.configMetadata))]
        ).with { $0.isConditional = true },
        APIOperation(
            .post, "\(one)/deployments/{deployment_id}", "attachConfigToDeployment",
            "Give a config to every replica of a deployment", replies: [attachment, attached]),
        APIOperation(
            .delete, "\(one)/deployments/{deployment_id}", "detachConfigFromDeployment",
            "Take a config from a deployment", replies: [attachment]),
        APIOperation(
            .post, "\(one)/nodes/{node_id}", "attachConfigToNode", "Give a config to every replica on a node",
            replies: [attachment, attached]),
        APIOperation(
            .delete, "\(one)/nodes/{node_id}", "detachConfigFromNode", "Take a config from a node",
            replies: [attachment]),
    ]
}
