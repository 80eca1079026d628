import Model

extension APIOperation {
    private static let created = Reply(
        201, "made; the token is shown this once", .named(JSONSchema.tokenCreated))
    private static let revoked = Reply(204, "taken back; of a dry run: it would be")
    private static let nodeTokens = "/api/v1/nodes/{id}/tokens"

    static let tokens: [APIOperation] = [
        list("/api/v1/operator-tokens", "OperatorTokens", "operators' tokens", JSONSchema.operatorToken),
        APIOperation(
            .post, "/api/v1/operator-tokens", "createOperatorToken", "Make an operator's token",
            body: .named(JSONSchema.operatorTokenRequest),
            replies: [
                created, Reply(200, "what a dry run would make", .named(JSONSchema.operatorToken)),
            ]),
        APIOperation(
            .delete, "/api/v1/operator-tokens/{id}", "revokeOperatorToken", "Take an operator's token back",
            replies: [revoked]),
        list(
            "/api/v1/registration-tokens", "RegistrationTokens", "registration tokens",
            JSONSchema.registrationToken),
        APIOperation(
            .post, "/api/v1/registration-tokens", "createRegistrationToken",
            "Make a token that lets machines become nodes",
            body: .named(JSONSchema.registrationTokenRequest),
            replies: [
                created, Reply(200, "what a dry run would make", .named(JSONSchema.registrationToken)),
            ]),
        APIOperation(
            .delete, "/api/v1/registration-tokens/{id}", "revokeRegistrationToken",
            "Take a registration token back", replies: [revoked]),
        list(nodeTokens, "NodeTokens", "a node's tokens", JSONSchema.nodeToken),
        APIOperation(
            .post, nodeTokens, "issueNodeToken", "Make another token of a node",
            body: .named(JSONSchema.nodeTokenRequest),
            replies: [created, Reply(204, "a dry run found nothing wrong")]
        ).with { $0.bodyIsOptional = true },
        APIOperation(
            .delete, "\(nodeTokens)/{token_id}", "revokeNodeToken", "Take a node's token back",
            replies: [revoked]),
    ]

    static let history: [APIOperation] =
        [("/api/v1/audit", "listAudit"), ("/api/v1/logs", "listAuditAlias")].map { pattern, id in
            APIOperation(
                .get, pattern, id, "List who did what, newest first", query: Parameter.page + auditFilters,
                replies: [Reply(200, "a page", JSONSchema.page(of: .named(JSONSchema.auditEntry)))])
        } + [
            APIOperation(
                .get, "/api/v1/events", "listEvents", "List what happened, or watch what happens",
                query: [
                    Parameter("since", JSONSchema.eventID, "The event to go on behind."),
                    Parameter(
                        "kind", .list(.text("node", bytes: 1...255)), "Kinds or their beginnings, repeatable."
                    ),
                    Parameter("resource", .text("deployment/web"), "TYPE, TYPE/ID or TYPE/NAME."),
                    Parameter("limit", .whole(1...1000, 50), "Items of a page."),
                ],
                replies: [
                    Reply(
                        200, "a page, oldest first",
                        .object([
                            .must("items", .list(.named(JSONSchema.event))),
                            .must("limit", .whole(1...1000, 50)),
                            .must("last_event_id", JSONSchema.eventID, "Where to go on."),
                        ])),
                    Reply(
                        200, "with Accept: text/event-stream, events as they happen", .text("id: 1\n"),
                        type: "text/event-stream"),
                ]
            ).with { $0.refusals = [410] }
        ]

    private static let auditFilters = [
        Parameter("resource_type", .text("deployment"), "What kind of thing it was done to."),
        Parameter("resource_id", .text("web"), "Which one."),
        Parameter("action", .text("deployment.create"), "What was done."),
        Parameter("status", .text("success"), "begun, success or failure."),
        Parameter("request_id", .text("4f1c"), "The request."),
        Parameter("actor", .text("ci"), "The credential, by name or id."),
        Parameter("since", .time, "Not before."), Parameter("until", .time, "Before."),
    ]

    private static func list(
        _ pattern: String, _ name: String, _ what: String, _ item: JSONSchema.Component
    ) -> APIOperation {
        APIOperation(
            .get, pattern, "list\(name)", "List \(what), oldest first", query: Parameter.page,
            replies: [Reply(200, "a page", JSONSchema.page(of: .named(item)))])
    }
}
