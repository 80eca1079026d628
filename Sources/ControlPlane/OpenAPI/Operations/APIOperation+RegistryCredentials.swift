import Model

extension APIOperation {
    private static let one = "/api/v1/registry-credentials/{id}"
    private static let detail = Reply(200, "the login", .named(JSONSchema.registryCredential))
    private static let rehearsed = Reply(204, "a dry run found nothing wrong")

    static let registryCredentials: [APIOperation] = [
        APIOperation(
            .get, "/api/v1/registry-credentials", "listRegistryCredentials", "List logins at registries",
            query: Parameter.page + [
                .name("ghcr.io"), Parameter("host", .text("ghcr.io"), "The registry."),
            ], replies: [Reply(200, "a page", JSONSchema.page(of: .named(JSONSchema.registryCredential)))]),
        APIOperation(
            .post, "/api/v1/registry-credentials", "createRegistryCredential",
            "Declare a login at a registry; its password is sealed and never shown",
            body: .named(JSONSchema.registryCredentialDeclaration),
            replies: [Reply(201, "declared", .named(JSONSchema.registryCredential)), rehearsed]),
        APIOperation(
            .get, one, "getRegistryCredential", "Show a login without its password", replies: [detail]),
        APIOperation(
            .put, one, "updateRegistryCredential", "Declare a login anew; what is left out stays",
            body: .named(JSONSchema.registryCredentialChange), replies: [detail, rehearsed]
        ).with { $0.isConditional = true },
        APIOperation(
            .delete, one, "deleteRegistryCredential", "Delete a login; what was pulled with it stays",
            replies: [Reply(204, "deleted, or a dry run found nothing wrong")]
        ).with { $0.isConditional = true },
    ]
}
