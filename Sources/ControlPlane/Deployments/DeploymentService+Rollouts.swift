import ClusterCore
import EventLoop
import JSON
import Model

/// What operators do about an update, and what they can go back to.
extension DeploymentService {
    func restart(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let isDryRun = query.flag("dry_run")
        let repulls = query.flag("repull")
        try query.finish()
        let id = try resolve(call)
        let command = RestartDeployment(id: id, repulls: repulls, requestID: call.requestID)
        return try answer(.restartDeployment(command), id, isDryRun: isDryRun)
    }

    func rollBack(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let id = try resolve(call)
        guard let row = host.cluster.deploymentRow(id) else {
            throw .notFound("deployment", call.parameter("id"))
        }
        let command = RollBackDeployment(
            id: id, generation: try wantedRevision(call),
            expectedGeneration: try expectedGeneration(call, row), requestID: call.requestID)
        return try answer(.rollBackDeployment(command), id, isDryRun: isDryRun)
    }

    func pause(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let id = try resolve(call)
        let command = PauseDeployment(id: id, requestID: call.requestID)
        return try answer(.pauseDeployment(command), id, isDryRun: isDryRun)
    }

    func resume(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let id = try resolve(call)
        let command = ResumeDeployment(id: id, requestID: call.requestID)
        return try answer(.resumeDeployment(command), id, isDryRun: isDryRun)
    }

    func revisions(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let id = try resolve(call)
        return .answer(try .json(RevisionList(items: host.cluster.revisionViews(of: id))))
    }

    private func answer(
        _ command: Command, _ id: DeploymentID, isDryRun: Bool
    ) throws(Refusal) -> APIRoute.Disposition {
        guard isDryRun else {
            _ = try host.perform(command)
            return .answer(try detail(id))
        }
        guard case .deployment(let reply) = try host.rehearse(command) else {
            throw Refusal(.internalServerError, "internal_error", "the command was not answered")
        }
        return .answer(try .json(DeploymentViews.created(reply)))
    }

    /// The number in `{"revision": n}`; no body, or none in it, leaves the choice to the core.
    private func wantedRevision(_ call: APICall) throws(Refusal) -> UInt64? {
        guard !call.body.isEmpty else { return nil }
        var faults = FaultList()
        var body = ObjectReader(try call.jsonBody(), path: "", faults: &faults)
        let revision = body.integer("revision", in: 1...Int64.max, &faults)
        body.finish(&faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        return revision.map { UInt64($0) }
    }
}
