internal import Model

extension DesiredStateDocument {
    /// As it is acted on: the variables of configs stand in the containers, and the secrets are still there.
    ///
    /// On the disk it stays as it was received: one config of many replicas is written once.
    var expanded: DesiredStateDocument {
        var document = withConfigVariables()
        document.secrets = secrets
        return document
    }
}
