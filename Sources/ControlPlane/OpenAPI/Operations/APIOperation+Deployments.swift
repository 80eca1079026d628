import Model

extension APIOperation {
    private static let one = "/api/v1/deployments/{id}"
    private static let requirePlacement = Parameter(
        "require_placement", .flag(true), "Refuse (409) what has no place now.")
    private static let planned = Reply(200, "what a dry run would do", .named(JSONSchema.deploymentCreated))
    private static let detail = Reply(200, "the deployment", .named(JSONSchema.deployment))
    private static let detailOrPlan = Reply(
        200, "the deployment; of a dry run what it would do",
        .either([.named(JSONSchema.deployment), .named(JSONSchema.deploymentCreated)]))

    static let deployments: [APIOperation] = [
        APIOperation(
            .post, "/api/v1/deployments", "createDeployment", "Declare a deployment and place its replicas",
            query: [requirePlacement], body: .named(JSONSchema.declaration),
            replies: [Reply(201, "declared", .named(JSONSchema.deploymentCreated)), planned]),
        APIOperation(
            .get, "/api/v1/deployments", "listDeployments", "List deployments, oldest first",
            query: Parameter.page + [
                Parameter("status", .word(DeploymentStatus.running), "How they do."), .name("web"), .label,
                Parameter("node", .text("edge-1"), "With a replica on this node."),
            ], replies: [Reply(200, "a page", JSONSchema.page(of: .named(JSONSchema.deploymentSummary)))]),
        APIOperation(
            .get, one, "getDeployment", "Show a deployment with every replica", replies: [detail]),
        APIOperation(
            .patch, one, "patchDeployment", "Change a declaration by a merge patch",
            query: [requirePlacement],
            body: .named(JSONSchema.declarationPatch), replies: [detailOrPlan]
        ).with {
            $0.isPatch = true
            $0.isConditional = true
        },
        APIOperation(
            .delete, one, "deleteDeployment", "Delete a deployment and its containers",
            replies: [Reply(204, "deleted")]
        ).with { $0.isConditional = true },
        APIOperation(
            .post, "\(one)/restart", "restartDeployment", "Start every replica afresh",
            query: [Parameter("repull", .flag(true), "Resolve and pull the image anew.")],
            replies: [detailOrPlan]),
        APIOperation(
            .post, "\(one)/rollback", "rollBackDeployment", "Restore an earlier revision",
            body: .object([.may("revision", .whole(1...Int64.max, 1))]), replies: [detailOrPlan]
        ).with {
            $0.isConditional = true
            $0.bodyIsOptional = true
        },
        APIOperation(
            .post, "\(one)/pause", "pauseDeployment", "Hold an update", replies: [detailOrPlan]),
        APIOperation(
            .post, "\(one)/resume", "resumeDeployment", "Let an update go on", replies: [detailOrPlan]),
        APIOperation(
            .get, "\(one)/revisions", "listRevisions", "List the kept revisions, newest first",
            replies: [
                Reply(200, "the revisions", .object([.must("items", .list(.named(JSONSchema.revision)))]))
            ]),
    ]
}
