import ClusterCore
import SQLite

extension RowChange {
    /// The statement that makes the change, idempotent: a row is put whole or deleted by its key.
    var statement: RowStatement {
        switch kind {
        case .put(.meta(let row)): MetaRecords.put(row)
        case .put(.node(let row)): NodeRecords.put(row)
        case .put(.nodeSeen(let row)): NodeSeenRecords.put(row)
        case .put(.token(let row)): NodeTokenRecords.put(row)
        case .put(.deployment(let row)): DeploymentRecords.put(row)
        case .put(.revision(let row)): RevisionRecords.put(row)
        case .put(.assignment(let row)): AssignmentRecords.put(row)
        case .put(.config(let row)): ConfigRecords.put(row)
        case .put(.configVersion(let row)): ConfigVersionRecords.put(row)
        case .put(.configAttachment(let row)): ConfigAttachmentRecords.put(row)
        case .put(.registryCredential(let row)): RegistryCredentialRecords.put(row)
        case .put(.ingressRoute(let row)): IngressRouteRecords.put(row)
        case .delete(.meta): RowStatement("DELETE FROM meta")
        case .delete(.node(let id)): NodeRecords.delete(id)
        case .delete(.nodeSeen(let id)): NodeSeenRecords.delete(id)
        case .delete(.token(let id)): NodeTokenRecords.delete(id)
        case .delete(.deployment(let id)): DeploymentRecords.delete(id)
        case .delete(.revision(let id, let generation)): RevisionRecords.delete(id, generation)
        case .delete(.assignment(let id)): AssignmentRecords.delete(id)
        case .delete(.config(let id)): ConfigRecords.delete(id)
        case .delete(.configVersion(let reference)): ConfigVersionRecords.delete(reference)
        case .delete(.configAttachment(let id, let target)): ConfigAttachmentRecords.delete(id, target)
        case .delete(.registryCredential(let id)): RegistryCredentialRecords.delete(id)
        case .delete(.ingressRoute(let id)): IngressRouteRecords.delete(id)
        }
    }
}
