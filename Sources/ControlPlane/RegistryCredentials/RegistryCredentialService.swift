import ClusterCore
import EventLoop
import JSON
import Model

/// Logins at registries as operators declare and see them; passwords go in sealed and never come out.
@LoopActor
final class RegistryCredentialService {
    private let host: ClusterHost
    private let keeper: SecretKeeper

    init(host: ClusterHost, keeper: SecretKeeper) {
        self.host = host
        self.keeper = keeper
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let page = PageQuery(&query, of: "registry-credentials")
        let name = query.text("name")
        let registry = query.text("host").map(RegistryHost.canonical)
        try query.finish()
        let found = host.cluster.registryCredentials().filter { row in
            (name == nil || row.name == name) && (registry == nil || row.host == registry)
        }
        return .answer(try .json(page.page(of: found, at: { ListPosition(key: 0, id: $0.name) }, Self.view)))
    }

    func create(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let declaration = try read(call, isFirst: true)
        let command = try CredentialSealing.command(
            declaration, former: nil, keeper, requestID: call.requestID)
        let id = try put(command, isDryRun)
        guard !isDryRun else { return .answer(.empty(.noContent)) }
        let location = "/api/v1/registry-credentials/\(id)"
        return .answer(try detail(id, status: .created, headers: [("location", location)]))
    }

    func get(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        return .answer(try detail(try resolve(call).id))
    }

    func update(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let row = try resolve(call)
        try Precondition.check(call, row.version)
        let declaration = try read(call, isFirst: false)
        let command = try CredentialSealing.command(
            declaration, former: row, keeper, requestID: call.requestID)
        _ = try put(command, isDryRun)
        return isDryRun ? .answer(.empty(.noContent)) : .answer(try detail(row.id))
    }

    func delete(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let row = try resolve(call)
        try Precondition.check(call, row.version)
        let command = Command.deleteRegistryCredential(
            DeleteRegistryCredential(id: row.id, requestID: call.requestID))
        _ = isDryRun ? try host.rehearse(command) : try host.perform(command)
        return .answer(.empty(.noContent))
    }

    private func put(
        _ command: PutRegistryCredential, _ isDryRun: Bool
    ) throws(Refusal) -> RegistryCredentialID {
        let command = Command.putRegistryCredential(command)
        let reply = isDryRun ? try host.rehearse(command) : try host.perform(command)
        guard case .registryCredential(let id) = reply else {
            throw Refusal(.internalServerError, "internal_error", "the declaration was not answered")
        }
        return id
    }

    private func read(_ call: APICall, isFirst: Bool) throws(Refusal) -> RegistryCredentialDeclaration {
        var faults = FaultList()
        let declaration = RegistryCredentialReader.read(
            try call.jsonBody(), isFirst: isFirst, faults: &faults)
        guard let declaration, faults.isEmpty else { throw .invalid(faults) }
        return declaration
    }

    private func detail(
        _ id: RegistryCredentialID, status: HTTPStatus = .ok, headers: [(String, String)] = []
    ) throws(Refusal) -> Answer {
        guard let row = host.cluster.registryCredential(id) else {
            throw .notFound("registry credential", "\(id)")
        }
        return try .json(
            Self.view(row), status: status, headers: headers + [("etag", Precondition.tag(row.version))])
    }

    /// A credential by its id or its name.
    private func resolve(_ call: APICall) throws(Refusal) -> RegistryCredentialRow {
        let reference = call.parameter("id")
        let cluster = host.cluster
        if let id = RegistryCredentialID(reference), let row = cluster.registryCredential(id) { return row }
        if let id = cluster.registryCredentialID(named: reference), let row = cluster.registryCredential(id) {
            return row
        }
        throw .notFound("registry credential", reference)
    }

    private nonisolated static func view(_ row: RegistryCredentialRow) -> RegistryCredentialView {
        RegistryCredentialView(
            credentialID: row.id, name: row.name, host: row.host, username: row.username,
            version: row.version, createdAt: row.createdAt, updatedAt: row.updatedAt)
    }
}
