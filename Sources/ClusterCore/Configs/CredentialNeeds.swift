import Model

/// Which logins containers are pulled with.
struct CredentialNeeds {
    private let hosts: Set<String>
    private let names: Set<String>

    init(_ containers: [ContainerSpec]) {
        hosts = Set(containers.map { RegistryHost.of(image: $0.image) })
        names = Set(containers.compactMap(\.pull.credential))
    }

    /// Whether a login is one of them: it is the image's registry's, or a declaration names it.
    func include(_ row: RegistryCredentialRow) -> Bool {
        hosts.contains(row.host) || names.contains(row.name)
            || !names.isEmpty && names.contains(row.id.description)
    }
}
