import ClusterCore
import Model

extension ControlPlaneSettings {
    /// What the core needs to know of them.
    var cluster: ClusterSettings {
        var settings = ClusterSettings(
            heartbeatIntervalMilliseconds: Int64(tunnel.heartbeatIntervalSecs) * 1000,
            heartbeatStaleMilliseconds: heartbeatStaleSecs * 1000,
            rescheduleOnUnreachable: rescheduleOnUnreachable, portsAutoAssign: portsAutoAssign,
            portRange: portRange, agentWindow: agentWindow,
            instanceStatusMilliseconds: instanceStatusSecs * 1000, publicHost: publicHost)
        settings.configPayloadBytes = configPayloadBytes
        return settings
    }
}
