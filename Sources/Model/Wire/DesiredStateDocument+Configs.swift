extension DesiredStateDocument {
    /// The document with the variables of configs in its containers, and without what is only for those who open it.
    ///
    /// A later config wins over an earlier one, and the declaration over all. Doing it twice changes nothing.
    public func withConfigVariables() -> DesiredStateDocument {
        var document = self
        document.secrets = nil
        guard !configs.isEmpty else { return document }
        let known = Dictionary(configs.map { ($0.reference, $0.content) }) { first, _ in first }
        for index in document.deployments.indices {
            let replica = document.deployments[index]
            var variables: [String: String] = [:]
            for entry in replica.configs.flatMap({ known[$0]?.entries ?? [] }) {
                // A later secret stands in place of an earlier value; the agent adds it when the container is made.
                if case .value(let value) = entry.source {
                    variables[entry.key] = value
                } else {
                    variables[entry.key] = nil
                }
            }
            variables.merge(replica.container.env) { _, declared in declared }
            document.deployments[index].container.env = variables
        }
        return document
    }
}
