/// A name for a set of scopes, so that most tokens need no list.
public enum OperatorRole: String, Codable, Hashable, Sendable, CaseIterable {
    /// Everything.
    case admin
    /// Everything but tokens and the cluster itself.
    case `operator` = "operator"
    /// Only looking, without what containers print.
    case readOnly = "read_only"

    /// Reads a role as people write it: any case, `read-only` and `readonly` as well.
    public init?(text: String) {
        switch text.lowercased() {
        case "read-only", "readonly": self = .readOnly
        case let word: self.init(rawValue: word)
        }
    }

    /// What the role allows.
    public var scopes: Set<OperatorScope> {
        switch self {
        case .admin: Set(OperatorScope.allCases)
        case .operator: Set(OperatorScope.allCases.filter { !$0.isAdministrative })
        case .readOnly: Set(OperatorScope.allCases.filter(\.onlyReads))
        }
    }
}

extension OperatorScope {
    /// Whether it is about tokens or the cluster itself.
    fileprivate var isAdministrative: Bool {
        switch self {
        case .nodeTokenRotate, .registrationTokenManage, .operatorTokenManage, .clusterManage: true
        default: false
        }
    }

    /// Whether it lets nobody change or reach anything.
    fileprivate var onlyReads: Bool { rawValue.hasSuffix(".read") }
}
