import EventLoop

/// What a request that declares something may add in its query.
struct MutationQuery {
    /// Validate and plan, change nothing.
    let isDryRun: Bool
    /// Refuse what has no place now.
    let requiresPlacement: Bool

    @LoopActor
    init(_ call: APICall) throws(Refusal) {
        var query = try call.query()
        isDryRun = query.flag("dry_run")
        requiresPlacement = query.flag("require_placement")
        try query.finish()
    }
}
