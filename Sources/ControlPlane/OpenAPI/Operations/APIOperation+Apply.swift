import Model

extension APIOperation {
    static let apply: [APIOperation] = [
        APIOperation(
            .post, "/api/v1/apply", "apply",
            "Declare several things at once, all or none; tells how each differs from what was",
            query: [
                Parameter("require_placement", .flag(false), "Refuse (409) what has no place now."),
                Parameter(
                    "prune", .flag(false), "Delete what bears the labels and is not in the document."),
                .label,
            ], body: .named(JSONSchema.applyDocument),
            replies: [Reply(200, "what became of each", .named(JSONSchema.applyResult))])
    ]
}
