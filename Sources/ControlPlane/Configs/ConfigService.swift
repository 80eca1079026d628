import ClusterCore
import EventLoop
import JSON
import Model

/// Configs as operators declare and see them.
@LoopActor
final class ConfigService {
    let host: ClusterHost
    private let keeper: SecretKeeper

    init(host: ClusterHost, keeper: SecretKeeper) {
        self.host = host
        self.keeper = keeper
    }

    func create(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let declaration = try read(call, needsName: true)
        try Self.checkName(declaration.name, former: nil)
        let command = CreateConfig(
            name: declaration.name ?? "", version: declaration.version, labels: declaration.labels ?? [:],
            content: try ConfigSealing.content(declaration, former: ConfigContent(), keeper),
            requestID: call.requestID)
        guard case .config(let reply) = try run(.createConfig(command), isDryRun) else {
            throw Self.unanswered
        }
        guard !isDryRun else { return .answer(.empty(.noContent)) }
        return .answer(
            try detail(reply.id, status: .created, headers: [("location", "/api/v1/configs/\(reply.id)")]))
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let page = PageQuery(&query, of: "configs")
        let name = query.text("name")
        let labels = query.labels()
        try query.finish()
        let cluster = host.cluster
        let found = cluster.configRows().filter { row in
            (name == nil || row.name == name) && labels.allSatisfy { row.labels[$0.key] == $0.value }
        }
        let place = { (row: ConfigRow) in ListPosition(key: -row.updatedAt.milliseconds, id: row.name) }
        return .answer(
            try .json(
                page.page(of: found, at: place) { row in
                    let content = cluster.configVersion(row.reference)?.content ?? ConfigContent()
                    return ConfigSummary(
                        metadata: Self.metadata(row), entryCount: content.entries.count,
                        fileCount: content.files.count)
                }))
    }

    func get(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        return .answer(try detail(try resolve(call).row.id))
    }

    func versions(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let row = try resolve(call).row
        let items = host.cluster.configVersions(of: row.id).map { version, uses in
            ConfigVersionView(
                version: version.reference.version, name: version.name,
                isNewest: version.reference == row.reference, uses: uses,
                entryCount: version.content.entries.count, fileCount: version.content.files.count,
                createdAt: version.createdAt)
        }
        return .answer(try .json(ConfigVersionList(items: items)))
    }

    func update(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let view = try resolve(call)
        try Precondition.check(call, view.row.version)
        let declaration = try read(call, needsName: false)
        try Self.checkName(declaration.name, former: view.row.name)
        let command = UpdateConfig(
            id: view.row.id, name: declaration.name ?? view.row.name, version: declaration.version,
            labels: declaration.labels ?? view.row.labels,
            content: try ConfigSealing.content(declaration, former: view.content, keeper),
            requestID: call.requestID)
        _ = try run(.updateConfig(command), isDryRun)
        return isDryRun ? .answer(.empty(.noContent)) : .answer(try detail(view.row.id))
    }

    func delete(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let view = try resolve(call)
        try Precondition.check(call, view.row.version)
        _ = try run(.deleteConfig(DeleteConfig(id: view.row.id, requestID: call.requestID)), isDryRun)
        return .answer(try .json(Self.metadata(view.row)))
    }

    func setAttachment(_ call: APICall, _ isAttached: Bool) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let row = try resolve(call).row
        let target = try self.target(call)
        let command = SetConfigAttachment(
            configID: row.id, target: target, isAttached: isAttached, requestID: call.requestID)
        guard case .configAttachment(let reply) = try run(.setConfigAttachment(command), isDryRun) else {
            throw Self.unanswered
        }
        var view = ConfigAttachment(
            metadata: Self.metadata(row), attached: isAttached, attachedAt: reply.attachedAt)
        switch target {
        case .deployment(let id): view.deploymentID = id
        case .node(let id): view.nodeID = id
        }
        let isNew = isAttached && reply.hasChanged && !isDryRun
        return .answer(try .json(view, status: isNew ? .created : .ok))
    }

    /// Refuses a new name that breaks the rules; one that is there may stay.
    nonisolated static func checkName(_ name: String?, former: String?) throws(Refusal) {
        guard let name, name != former, let fault = ConfigReader.nameFault(name) else { return }
        var faults = FaultList()
        faults.add(fault.field, fault.message)
        throw .invalid(faults)
    }

    private func run(_ command: Command, _ isDryRun: Bool) throws(Refusal) -> Reply {
        isDryRun ? try host.rehearse(command) : try host.perform(command)
    }

    private func read(_ call: APICall, needsName: Bool) throws(Refusal) -> ConfigDeclaration {
        var faults = FaultList()
        let declaration = ConfigReader.read(try call.jsonBody(), needsName: needsName, faults: &faults)
        guard let declaration, faults.isEmpty else { throw .invalid(faults) }
        return declaration
    }

    private func detail(
        _ id: ConfigID, status: HTTPStatus = .ok, headers: [(String, String)] = []
    ) throws(Refusal) -> Answer {
        guard let view = host.cluster.config(id) else { throw .notFound("config", "\(id)") }
        let body = ConfigDetail(
            metadata: Self.metadata(view.row), content: view.content, deployments: view.deployments,
            nodes: view.nodes)
        return try .json(
            body, status: status, headers: headers + [("etag", Precondition.tag(view.row.version))])
    }

    /// A config by its id or its name.
    private func resolve(_ call: APICall) throws(Refusal) -> ConfigView {
        let reference = call.parameter("id")
        if let id = ConfigID(reference), let view = host.cluster.config(id) { return view }
        if let id = host.cluster.configID(named: reference), let view = host.cluster.config(id) {
            return view
        }
        throw .notFound("config", reference)
    }

    /// The deployment or node of an attachment, by its id or its name.
    private func target(_ call: APICall) throws(Refusal) -> ConfigTarget {
        let deployment = call.parameter("deployment_id")
        guard deployment.isEmpty else {
            if let id = DeploymentID(deployment), host.cluster.deploymentRow(id) != nil {
                return .deployment(id)
            }
            if let id = host.cluster.deploymentID(named: deployment) { return .deployment(id) }
            throw .notFound("deployment", deployment)
        }
        let node = call.parameter("node_id")
        if let id = NodeID(node), host.cluster.node(id) != nil { return .node(id) }
        if let id = host.cluster.nodeID(named: node) { return .node(id) }
        throw .notFound("node", node)
    }

    private static func metadata(_ row: ConfigRow) -> ConfigMetadata {
        ConfigMetadata(
            configID: row.id, name: row.name, version: row.version, labels: row.labels,
            createdAt: row.createdAt, updatedAt: row.updatedAt)
    }

    private static let unanswered = Refusal(
        .internalServerError, "internal_error", "the declaration was not answered")
}
