/// One thing an operator token may allow; every operator's route names exactly one.
public enum OperatorScope: String, Codable, Hashable, Sendable, CaseIterable {
    /// See deployments, their replicas and revisions.
    case deploymentRead = "deployment.read"
    /// Declare, change, restart, roll back and delete deployments.
    case deploymentWrite = "deployment.write"
    /// Read what containers print.
    case deploymentLogs = "deployment.logs"
    /// Run commands in containers and forward ports to them.
    case deploymentExec = "deployment.exec"
    /// Speak with containers and agents through the relay.
    case relayUse = "relay.use"
    /// See configs, and registry credentials without their secrets.
    case configRead = "config.read"
    /// Write configs and registry credentials, attach and detach them.
    case configWrite = "config.write"
    /// See nodes and the cluster.
    case nodeRead = "node.read"
    /// Cordon, drain, change and delete nodes.
    case nodeWrite = "node.write"
    /// List, issue and revoke the tokens of nodes.
    case nodeTokenRotate = "node_token.rotate"
    /// List, issue and revoke registration tokens.
    case registrationTokenManage = "registration_token.manage"
    /// List, issue and revoke operator tokens.
    case operatorTokenManage = "operator_token.manage"
    /// Read metrics.
    case metricsRead = "metrics.read"
    /// Read what containers used.
    case usageRead = "usage.read"
    /// See ingress routes.
    case ingressRouteRead = "ingress_route.read"
    /// Write ingress routes.
    case ingressRouteWrite = "ingress_route.write"
    /// See TLS certificates, without their keys.
    case tlsCertRead = "tls_cert.read"
    /// Write TLS certificates.
    case tlsCertWrite = "tls_cert.write"
    /// Read who did what.
    case auditLogRead = "audit_log.read"
    /// Read and watch events.
    case eventRead = "event.read"
    /// Back up, confirm a history, release the mass-loss brake.
    case clusterManage = "cluster.manage"
}
