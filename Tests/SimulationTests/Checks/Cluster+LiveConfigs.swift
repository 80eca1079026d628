import ClusterCore
import Model

extension Cluster {
    /// Versions as containers are made from them: those that only write files anew count as the one they began with.
    func made(_ references: [ConfigReference]) -> [ConfigReference] {
        references.map { reference in
            ConfigReference(
                configID: reference.configID,
                version: configVersion(reference)?.containerVersion ?? reference.version)
        }
    }
}
