/// One of several declarations that are applied at once.
public struct AppliedDeclaration: Sendable {
    /// The kinds, as a document names them.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A deployment.
        case deployment
        /// A config with what has it.
        case config
        /// A login at a registry.
        case registryCredential = "registry_credential"
        /// An ingress route.
        case ingressRoute = "ingress_route"
    }

    /// What is declared.
    public enum Body: Sendable {
        /// A deployment.
        case deployment(DeploymentSpec)
        /// A config with what has it.
        case config(ConfigDeclaration)
        /// A login at a registry.
        case registryCredential(RegistryCredentialDeclaration)
        /// An ingress route.
        case ingressRoute(IngressRouteDeclaration)
    }

    /// What is declared.
    public var body: Body
    /// Where it stands in the document: `items[3]`.
    public var path: String

    /// The kind of what is declared.
    public var kind: Kind {
        switch body {
        case .deployment: .deployment
        case .config: .config
        case .registryCredential: .registryCredential
        case .ingressRoute: .ingressRoute
        }
    }

    /// What it is known by among its kind.
    public var name: String {
        switch body {
        case .deployment(let spec): spec.name
        case .config(let config): config.name ?? ""
        case .registryCredential(let login): login.name ?? login.host ?? ""
        case .ingressRoute(let route):
            Self.routeName(host: route.host ?? "", path: route.pathPrefix ?? IngressRouteReader.everyPath)
        }
    }

    /// What an ingress route is known by.
    public static func routeName(host: String, path: String) -> String { (host.isEmpty ? "*" : host) + path }
}
