import EventLoop

/// What a request that applies a document may add in its query.
struct ApplyQuery {
    /// Compare and plan, change nothing.
    let isDryRun: Bool
    /// Refuse what has no place now.
    let requiresPlacement: Bool
    /// What bears these labels and stands in the document no longer goes; nil leaves everything.
    let prunedLabels: [String: String]?

    @LoopActor
    init(_ call: APICall) throws(Refusal) {
        var query = try call.query()
        isDryRun = query.flag("dry_run")
        requiresPlacement = query.flag("require_placement")
        let prunes = query.flag("prune")
        let labels = query.labels()
        if prunes, labels.isEmpty {
            query.fault(
                "label", "key=value is expected with prune: what bears it and is not in the document goes")
        }
        if !prunes, !labels.isEmpty { query.fault("label", "means nothing without prune=true") }
        try query.finish()
        prunedLabels = prunes ? labels : nil
    }
}
