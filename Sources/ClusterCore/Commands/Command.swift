/// Everything that can be asked of the core.
public enum Command: Hashable, Sendable {
    /// A machine joins.
    case registerNode(RegisterNode)
    /// An agent reports (heartbeat).
    case recordReport(RecordReport)
    /// An agent gave another sign of life, with a valid credential.
    case recordContact(RecordContact)
    /// An operator changes a node's name or labels.
    case updateNode(UpdateNode)
    /// An operator opens, cordons or drains a node.
    case setNodeAvailability(SetNodeAvailability)
    /// An operator lets agents of another history take this one's documents.
    case confirmHistory(ConfirmHistory)
    /// An operator has put an older copy in the place of the database: another history begins.
    case beginHistory(requestID: String)
    /// An operator removes a node.
    case deleteNode(DeleteNode)
    /// An operator issues another credential for a node.
    case issueNodeToken(IssueNodeToken)
    /// An operator takes a credential back.
    case revokeNodeToken(RevokeNodeToken)
    /// An operator declares a deployment.
    case createDeployment(CreateDeployment)
    /// An operator declares a deployment anew, in full.
    case patchDeployment(PatchDeployment)
    /// An operator wants every replica started afresh.
    case restartDeployment(RestartDeployment)
    /// An operator wants an earlier generation back.
    case rollBackDeployment(RollBackDeployment)
    /// An operator holds an update.
    case pauseDeployment(PauseDeployment)
    /// An operator lets a held or failed update go on.
    case resumeDeployment(ResumeDeployment)
    /// An operator deletes a deployment.
    case deleteDeployment(DeleteDeployment)
    /// An operator declares a config.
    case createConfig(CreateConfig)
    /// An operator declares a config anew.
    case updateConfig(UpdateConfig)
    /// An operator deletes a config.
    case deleteConfig(DeleteConfig)
    /// An operator gives a config to something or takes it away.
    case setConfigAttachment(SetConfigAttachment)
    /// An operator declares a login at a registry.
    case putRegistryCredential(PutRegistryCredential)
    /// An operator deletes a login at a registry.
    case deleteRegistryCredential(DeleteRegistryCredential)
    /// An operator declares an ingress route.
    case putIngressRoute(PutIngressRoute)
    /// An operator deletes an ingress route.
    case deleteIngressRoute(DeleteIngressRoute)
    /// An operator declares several things at once.
    case applyDeclarations(ApplyDeclarations)
    /// An operator lets replicas of lost nodes move again after a mass loss.
    case releaseMassLossBrake
    /// Time has passed: finds stale nodes, moves and places replicas, takes rollout steps.
    case tick

    /// The request it came with; what the core does by itself has a name of its own.
    var requestID: String {
        switch self {
        case .registerNode(let payload): payload.requestID
        case .updateNode(let payload): payload.requestID
        case .setNodeAvailability(let payload): payload.requestID
        case .confirmHistory(let payload): payload.requestID
        case .beginHistory(let requestID): requestID
        case .deleteNode(let payload): payload.requestID
        case .createDeployment(let payload): payload.requestID
        case .patchDeployment(let payload): payload.requestID
        case .restartDeployment(let payload): payload.requestID
        case .rollBackDeployment(let payload): payload.requestID
        case .pauseDeployment(let payload): payload.requestID
        case .resumeDeployment(let payload): payload.requestID
        case .deleteDeployment(let payload): payload.requestID
        case .issueNodeToken(let payload): payload.requestID
        case .revokeNodeToken(let payload): payload.requestID
        case .createConfig(let payload): payload.requestID
        case .updateConfig(let payload): payload.requestID
        case .deleteConfig(let payload): payload.requestID
        case .setConfigAttachment(let payload): payload.requestID
        case .putRegistryCredential(let payload): payload.requestID
        case .deleteRegistryCredential(let payload): payload.requestID
        case .putIngressRoute(let payload): payload.requestID
        case .deleteIngressRoute(let payload): payload.requestID
        case .applyDeclarations(let payload): payload.requestID
        case .recordReport, .recordContact: "control-plane:report"
        case .releaseMassLossBrake, .tick: "control-plane:tick"
        }
    }
}
