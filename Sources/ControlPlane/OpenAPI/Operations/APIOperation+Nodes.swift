import Model

extension APIOperation {
    private static let one = "/api/v1/nodes/{id}"
    private static let drained = Reply(200, "what is still there", .named(JSONSchema.drainProgress))

    static let nodes: [APIOperation] = [
        APIOperation(
            .get, "/api/v1/nodes", "listNodes", "List nodes in the order they registered",
            query: Parameter.page + [
                Parameter("status", .word(NodeStatus.ready), "How they do."), .name("edge-1"), .label,
            ], replies: [Reply(200, "a page", JSONSchema.page(of: .named(JSONSchema.nodeSummary)))]),
        APIOperation(
            .get, one, "getNode", "Show a node with its replicas",
            replies: [Reply(200, "the node", .named(JSONSchema.nodeDetail))]),
        APIOperation(
            .patch, one, "patchNode", "Change a node's name and labels by a merge patch",
            body: .named(JSONSchema.nodePatch),
            replies: [Reply(200, "the node", .named(JSONSchema.nodeDetail))]
        ).with {
            $0.isPatch = true
            $0.isConditional = true
        },
        APIOperation(
            .delete, one, "deleteNode", "Delete a node",
            query: [
                Parameter("force", .flag(true), "Also when it has replicas."),
                Parameter(
                    "containers", .words(["keep", "remove"], "keep"),
                    "What its agent does with its containers."),
            ], replies: [Reply(204, "deleted")]
        ).with { $0.isConditional = true },
        APIOperation(
            .post, "\(one)/cordon", "cordonNode", "Give a node no more replicas", replies: [drained]),
        APIOperation(.post, "\(one)/uncordon", "uncordonNode", "Open a node again", replies: [drained]),
        APIOperation(.post, "\(one)/drain", "drainNode", "Move a node's replicas away", replies: [drained]),
        APIOperation(.get, "\(one)/drain", "getDrain", "Show how far a drain has come", replies: [drained]),
    ]
}
