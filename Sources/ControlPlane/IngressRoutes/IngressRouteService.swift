import ClusterCore
import EventLoop
import JSON
import Model

/// Ingress routes as operators declare and see them.
@LoopActor
final class IngressRouteService {
    private let host: ClusterHost

    init(host: ClusterHost) { self.host = host }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let page = PageQuery(&query, of: "ingress-routes")
        let hostName = query.text("host")?.lowercased()
        let deployment = query.text("deployment")
        try query.finish()
        let cluster = host.cluster
        let found = cluster.ingressRoutes().map { IngressRouteViews.view($0, in: cluster) }.filter { view in
            (hostName == nil || view.host == hostName)
                && (deployment == nil || view.deployment == deployment
                    || view.deploymentID.description == deployment)
        }
        // A space comes before whatever a host may consist of, so the text has the order of the list.
        let place = { (view: IngressRouteView) in
            ListPosition(key: 0, id: "\(view.host) \(view.pathPrefix)")
        }
        return .answer(try .json(page.page(of: found, at: place) { $0 }))
    }

    func create(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let declared = try IngressRouteViews.declaration(
            try read(call, isFirst: true), former: nil, in: host.cluster)
        let id = try put(PutIngressRoute(declaration: declared, requestID: call.requestID), isDryRun)
        guard !isDryRun else { return .answer(.empty(.noContent)) }
        let location = "/api/v1/ingress-routes/\(id)"
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
        let declared = try IngressRouteViews.declaration(
            try read(call, isFirst: false), former: row.declaration, in: host.cluster)
        _ = try put(
            PutIngressRoute(id: row.id, declaration: declared, requestID: call.requestID), isDryRun)
        return isDryRun ? .answer(.empty(.noContent)) : .answer(try detail(row.id))
    }

    func delete(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let row = try resolve(call)
        try Precondition.check(call, row.version)
        let command = Command.deleteIngressRoute(DeleteIngressRoute(id: row.id, requestID: call.requestID))
        _ = isDryRun ? try host.rehearse(command) : try host.perform(command)
        return .answer(.empty(.noContent))
    }

    private func put(_ payload: PutIngressRoute, _ isDryRun: Bool) throws(Refusal) -> IngressRouteID {
        let command = Command.putIngressRoute(payload)
        let reply = isDryRun ? try host.rehearse(command) : try host.perform(command)
        guard case .ingressRoute(let id) = reply else {
            throw Refusal(.internalServerError, "internal_error", "the declaration was not answered")
        }
        return id
    }

    private func read(_ call: APICall, isFirst: Bool) throws(Refusal) -> IngressRouteDeclaration {
        var faults = FaultList()
        let declaration = IngressRouteReader.read(try call.jsonBody(), isFirst: isFirst, faults: &faults)
        guard let declaration, faults.isEmpty else { throw .invalid(faults) }
        return declaration
    }

    private func detail(
        _ id: IngressRouteID, status: HTTPStatus = .ok, headers: [(String, String)] = []
    ) throws(Refusal) -> Answer {
        guard let row = host.cluster.ingressRoute(id) else { throw .notFound("ingress route", "\(id)") }
        return try .json(
            IngressRouteViews.view(row, in: host.cluster), status: status,
            headers: headers + [("etag", Precondition.tag(row.version))])
    }

    private func resolve(_ call: APICall) throws(Refusal) -> IngressRouteRow {
        let reference = call.parameter("id")
        guard let id = IngressRouteID(reference), let row = host.cluster.ingressRoute(id) else {
            throw .notFound("ingress route", reference)
        }
        return row
    }
}
