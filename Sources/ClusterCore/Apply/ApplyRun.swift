import Model

/// How far several declarations have come.
struct ApplyRun {
    /// What became of each item; nil until it is known.
    var outcomes: [Reply.Applied?]
    /// What the changes of configs mean for deployments.
    var affected = ConfigRevision()
    /// The deployments that are to be settled.
    var unsettled: Set<DeploymentID> = []
    /// The configs that items made or changed, by item.
    var configs: [Int: ConfigID] = [:]
    private var rejections: [(index: Int, rejection: Rejection)] = []

    init(_ payload: ApplyDeclarations) {
        outcomes = Array(repeating: nil, count: payload.items.count)
    }

    /// Notes that an item is refused; the others are looked at all the same, so that every fault is told.
    mutating func refuse(_ index: Int, _ rejection: Rejection) { rejections.append((index, rejection)) }

    /// Ends here when an item was refused.
    func requireAccepted() throws(Rejection) {
        guard let first = rejections.min(by: { $0.index < $1.index })?.rejection else { return }
        let faults = rejections.sorted { $0.index < $1.index }.flatMap { index, rejection in
            Self.faults(of: rejection, at: "items[\(index)]")
        }
        let message =
            faults.count == 1
            ? "\(faults[0].field): \(faults[0].message)"
            : "\(faults.count) faults; nothing was changed; see details"
        throw Rejection(first.code, message, faults: faults)
    }

    private static func faults(of rejection: Rejection, at path: String) -> [Rejection.Fault] {
        guard !rejection.faults.isEmpty else { return [.init(field: path, message: rejection.message)] }
        return rejection.faults.map { fault in
            Rejection.Fault(
                field: fault.field.isEmpty ? path : "\(path).\(fault.field)", message: fault.message)
        }
    }
}
