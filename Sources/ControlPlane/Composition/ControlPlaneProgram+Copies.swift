import EventLoop
import Model

extension ControlPlaneProgram {
    /// `fledx-cp backup`.
    static func backUp(
        _ settings: ControlPlaneSettings, _ file: String, _ withKeys: Bool, _ environment: [String: String]
    ) async throws -> Int32 {
        let text = try await BlockingPool.run {
            let passphrase = withKeys ? try Passphrase.read(environment, isNew: true) : nil
            return try BackupCommand.run(settings, file: file, passphrase: passphrase)
        }
        return StandardIO.write(text) ? 0 : 1
    }

    /// `fledx-cp restore`; a control plane that uses the database keeps it away.
    static func restore(
        _ settings: ControlPlaneSettings, _ file: String, _ leavesKeys: Bool, _ environment: [String: String]
    ) async throws -> Int32 {
        try StartFoundation.makeFolder(of: settings.databasePath)
        let lock = try DatabaseLock(database: settings.databasePath)
        defer { withExtendedLifetime(lock) {} }
        let now = SystemTimeSource().now().wall
        let text = try await BlockingPool.run {
            try RestoreCommand(settings: settings, file: file, leavesKeys: leavesKeys).run(now: now) {
                try Passphrase.read(environment, isNew: false)
            }
        }
        return StandardIO.write(text) ? 0 : 1
    }
}
