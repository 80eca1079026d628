import ClusterCore
import EventLoop
import JSON
import Model

/// Deployments as operators declare and see them.
@LoopActor
final class DeploymentService {
    let host: ClusterHost
    private let usage: UsageService
    private let volumePrefixes: VolumePrefixes

    init(host: ClusterHost, usage: UsageService, volumePrefixes: VolumePrefixes = VolumePrefixes()) {
        self.host = host
        self.usage = usage
        self.volumePrefixes = volumePrefixes
    }

    func create(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let choices = try MutationQuery(call)
        let spec = try read(try call.jsonBody())
        let command = CreateDeployment(
            spec: spec, requiresPlacement: choices.requiresPlacement, requestID: call.requestID)
        let reply = try perform(.createDeployment(command), choices)
        let declaration = host.cluster.deploymentRow(reply.id)?.declaration
        let headers = declaration.map {
            [("etag", Precondition.tag($0)), ("location", "/api/v1/deployments/\(reply.id)")]
        }
        return .answer(
            try .json(
                DeploymentViews.created(reply), status: choices.isDryRun ? .ok : .created,
                headers: headers ?? []))
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let page = PageQuery(&query, of: "deployments")
        let filter = DeploymentFilter(&query, host.cluster)
        try query.finish()
        let cluster = host.cluster
        let found = cluster.deploymentRows().filter { filter.takes($0, in: cluster) }
        let place = { (row: DeploymentRow) in
            ListPosition(key: row.createdAt.milliseconds, id: row.id.description)
        }
        return .answer(
            try .json(
                page.page(of: found, at: place) { row in
                    cluster.glance(row.id).map(DeploymentViews.summary)
                }))
    }

    func get(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        return .answer(try detail(try resolve(call)))
    }

    func patch(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let choices = try MutationQuery(call)
        let id = try resolve(call)
        guard let row = host.cluster.deploymentRow(id) else {
            throw .notFound("deployment", call.parameter("id"))
        }
        let patch = try call.jsonBody(patch: true)
        let command = PatchDeployment(
            id: id, spec: try merged(patch, row.spec), expectedGeneration: try expectedGeneration(call, row),
            requiresPlacement: choices.requiresPlacement, requestID: call.requestID)
        let reply = try perform(.patchDeployment(command), choices)
        guard !choices.isDryRun else { return .answer(try .json(DeploymentViews.created(reply))) }
        return .answer(try detail(id))
    }

    func delete(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let isDryRun = query.flag("dry_run")
        try query.finish()
        let id = try resolve(call)
        guard let row = host.cluster.deploymentRow(id) else {
            throw .notFound("deployment", call.parameter("id"))
        }
        let command = Command.deleteDeployment(
            DeleteDeployment(
                id: id, expectedGeneration: try expectedGeneration(call, row), requestID: call.requestID))
        _ = isDryRun ? try host.rehearse(command) : try host.perform(command)
        return .answer(.empty(.noContent))
    }

    private func perform(_ command: Command, _ choices: MutationQuery) throws(Refusal) -> Reply.Deployment {
        let reply = choices.isDryRun ? try host.rehearse(command) : try host.perform(command)
        guard case .deployment(let deployment) = reply else {
            throw Refusal(.internalServerError, "internal_error", "the declaration was not answered")
        }
        return deployment
    }

    func detail(_ id: DeploymentID) throws(Refusal) -> Answer {
        guard let view = host.cluster.deployment(id) else { throw .notFound("deployment", "\(id)") }
        var detail = DeploymentViews.detail(view, in: host.cluster)
        detail.usageSummary = usage.summary(of: host.cluster.usageKeys(of: id))
        return try .json(detail, headers: [("etag", Precondition.tag(view.row.declaration))])
    }

    private func read(_ node: JSONNode, former: DeploymentSpec? = nil) throws(Refusal) -> DeploymentSpec {
        var faults = FaultList()
        let spec = DeploymentSpecReader.read(node, faults: &faults)
        let before = former?.container.volumes ?? []
        volumePrefixes.check(spec?.container.volumes ?? [], declaredBefore: before, &faults)
        guard let spec, faults.isEmpty else { throw .invalid(faults) }
        return spec
    }

    private func merged(_ patch: JSONNode, _ spec: DeploymentSpec) throws(Refusal) -> DeploymentSpec {
        var faults = FaultList()
        if patch.objectValue == nil { faults.add("", "an object is expected") }
        guard faults.isEmpty else { throw .invalid(faults) }
        let target: JSONNode
        do {
            target = try JSONCoder.node(of: spec)
        } catch {
            throw Refusal(.internalServerError, "internal_error", "the declaration could not be read")
        }
        return try read(MergePatch.apply(patch, to: target), former: spec)
    }

    /// The generation of the declaration a change was made from; `If-Match` that names another one fails at once.
    func expectedGeneration(_ call: APICall, _ row: DeploymentRow) throws(Refusal) -> UInt64? {
        try Precondition.check(call, row.declaration)
        return call.header("if-match") == nil ? nil : row.generation
    }

    /// A live deployment by its id or its name.
    func resolve(_ call: APICall) throws(Refusal) -> DeploymentID {
        let reference = call.parameter("id")
        if let id = DeploymentID(reference), host.cluster.deploymentRow(id) != nil { return id }
        if let id = host.cluster.deploymentID(named: reference) { return id }
        throw .notFound("deployment", reference)
    }
}
