import ClusterCore
import EventLoop
import JSON
import Model

/// Takes a document of declarations: tells how it differs from what is, and makes it so in one transaction.
@LoopActor
final class ApplyService {
    private let host: ClusterHost
    private let keeper: SecretKeeper
    private let volumePrefixes: VolumePrefixes

    init(host: ClusterHost, keeper: SecretKeeper, volumePrefixes: VolumePrefixes) {
        self.host = host
        self.keeper = keeper
        self.volumePrefixes = volumePrefixes
    }

    func apply(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let query = try ApplyQuery(call)
        var faults = FaultList()
        let items = ApplyReader.read(try call.jsonBody(), faults: &faults)
        guard let items, faults.isEmpty else { throw .invalid(faults) }
        try ApplyScopes.require(items.map(\.kind), call)
        var planner = ApplyPlanner(host.cluster, keeper, volumePrefixes, requestID: call.requestID)
        let plan = try planner.plan(items, pruningBy: query.prunedLabels)
        try ApplyScopes.require(plan.pruned.map(\.view.kind), call)
        let command = Command.applyDeclarations(
            ApplyDeclarations(
                items: plan.steps.map(\.item), pruned: plan.pruned.map(\.item),
                requiresPlacement: query.requiresPlacement, requestID: call.requestID))
        let reply = query.isDryRun ? try host.rehearse(command) : try host.perform(command)
        guard case .applied(let outcomes) = reply, outcomes.count == plan.steps.count else {
            throw Refusal(.internalServerError, "internal_error", "the declarations were not answered")
        }
        let told = zip(plan.steps, outcomes).map { step, outcome in
            ApplyViews.item(
                step, outcome, isDryRun: query.isDryRun, showsValues: ApplyScopes.shows(step.kind, call))
        }
        let all = told + plan.pruned.map(\.view)
        if !query.isDryRun { call.consequences = all.compactMap { Consequence($0) } }
        return .answer(try .json(ApplyResult(dryRun: query.isDryRun, items: all)))
    }
}
