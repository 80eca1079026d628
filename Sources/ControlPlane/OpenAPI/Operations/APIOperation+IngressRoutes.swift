import Model

extension APIOperation {
    private static let one = "/api/v1/ingress-routes/{id}"
    private static let detail = Reply(200, "the route", .named(JSONSchema.ingressRoute))
    private static let rehearsed = Reply(204, "a dry run found nothing wrong")

    static let ingressRoutes: [APIOperation] = [
        APIOperation(
            .get, "/api/v1/ingress-routes", "listIngressRoutes", "List ingress routes by host and path",
            query: Parameter.page + [
                Parameter("host", .text("app.example.com"), "The host."),
                Parameter("deployment", .text("web"), "The id or name of the deployment."),
            ], replies: [Reply(200, "a page", JSONSchema.page(of: .named(JSONSchema.ingressRoute)))]),
        APIOperation(
            .post, "/api/v1/ingress-routes", "createIngressRoute",
            "Declare an ingress route; one host and path has one",
            body: .named(JSONSchema.ingressRouteDeclaration),
            replies: [Reply(201, "declared", .named(JSONSchema.ingressRoute)), rehearsed]),
        APIOperation(.get, one, "getIngressRoute", "Show an ingress route", replies: [detail]),
        APIOperation(
            .put, one, "updateIngressRoute", "Declare an ingress route anew; what is left out stays",
            body: .named(JSONSchema.ingressRouteChange), replies: [detail, rehearsed]
        ).with { $0.isConditional = true },
        APIOperation(
            .delete, one, "deleteIngressRoute", "Delete an ingress route",
            replies: [Reply(204, "deleted, or a dry run found nothing wrong")]
        ).with { $0.isConditional = true },
    ]
}
