import ClusterCore
import EventLoop
import Model
import SQLite
import TLS

extension SecretKeeper {
    nonisolated static let checkName = "secrets_key"

    /// Compares the key with the one the database knows: sealed values that nobody can open are a start error.
    @LoopActor
    static func start(
        _ settings: ControlPlaneSettings, _ store: ClusterStore, _ snapshot: ClusterSnapshot
    ) async throws -> SecretKeeper {
        let keeper = try SecretKeeper(keyFile: settings.secretsKeyFile)
        let known = try await store.worker.perform { try MetaRecords.check(checkName, $0) }
        guard known != keeper.checkValue else { return keeper }
        if holdsSealedValues(snapshot) {
            throw StartFailure(
                keeper.canSeal
                    ? "FLEDX_CP_SECRETS_KEY_FILE has another key than the one that sealed the secret values of "
                        + "\(settings.databasePath); put the key back"
                    : "the database \(settings.databasePath) has sealed secret values; set "
                        + "FLEDX_CP_SECRETS_KEY_FILE to the file with their key")
        }
        guard let check = keeper.checkValue else { return keeper }
        let statement = MetaRecords.replaceCheck(checkName, check)
        try await store.worker.perform { connection in
            try connection.transaction { _ = try connection.execute(statement) }
        }
        return keeper
    }

    /// Whether anything is stored that only a key opens.
    static func holdsSealedValues(_ snapshot: ClusterSnapshot) -> Bool {
        snapshot.configs.contains { row in
            switch row {
            case .registryCredential: true
            case .configVersion(let version):
                version.content.entries.contains { if case .sealed = $0.source { true } else { false } }
            default: false
            }
        }
    }
}
