public import EventLoop
import HTTPServer
import Logging
import Model
import SQLite

/// The program `fledx-cp`, apart from its `main`.
@LoopActor
public enum ControlPlaneProgram {
    /// Runs an agent beside the control plane until it is cancelled.
    public typealias EmbeddedAgent = @LoopActor (EmbeddedAgentPlan) async throws -> Void

    /// Does what the command line asks for and returns the exit code: 0, 1 for a failure, 2 for wrong usage.
    public static func run(
        arguments: [String], environment: [String: String], embeddedAgent: EmbeddedAgent? = nil
    ) async -> Int32 {
        let options: CommandLineOptions
        do {
            options = try CommandLineOptions(arguments.dropFirst())
        } catch {
            return complain("\(error)", code: 2)
        }
        switch options.mode {
        case .help: return say(CommandLineOptions.help)
        case .version: return say("fledx-cp \(Version.told)\n")
        default: break
        }
        do {
            let settings = try ControlPlaneSettings(
                environment: environment, developmentTLS: options.developmentTLS)
            return try await run(options, settings, environment, embeddedAgent)
        } catch let problems as SettingsProblems {
            return complain(problems.problems.joined(separator: "\nfledx-cp: "), code: 2)
        } catch {
            return complain(ErrorReport.render(error), code: 1)
        }
    }

    private static func run(
        _ options: CommandLineOptions, _ settings: ControlPlaneSettings, _ environment: [String: String],
        _ embeddedAgent: EmbeddedAgent?
    ) async throws -> Int32 {
        switch options.mode {
        case .printConfig: return say(settings.printed)
        case .checkConfig:
            for warning in settings.warnings { complain("warning: \(warning)", code: 0) }
            return say("the settings are fine\n")
        case .migrationsDryRun: return try await dryRun(settings)
        case .backup(let file, let withKeys):
            return try await backUp(settings, file, withKeys, environment)
        case .restore(let file, let leavesKeys):
            return try await restore(settings, file, leavesKeys, environment)
        case .standalone:
            guard let embeddedAgent else { return complain("this program has no agent inside", code: 2) }
            return try await serve(options, settings, embeddedAgent)
        case .serve, .version, .help: return try await serve(options, settings, nil)
        }
    }

    private static func dryRun(_ settings: ControlPlaneSettings) async throws -> Int32 {
        let path = settings.databasePath
        let pending = try await BlockingPool.run { try Migrator(Schema.migrations).pending(at: path) }
        guard !pending.isEmpty else { return say("the schema of \(path) is up to date\n") }
        var text = "a start would make \(pending.count) schema changes to \(path):\n"
        for migration in pending { text += "\n-- \(migration.number) \(migration.name)\n\(migration.sql)\n" }
        return say(text)
    }

    private static func serve(
        _ options: CommandLineOptions, _ settings: ControlPlaneSettings, _ embeddedAgent: EmbeddedAgent?
    ) async throws -> Int32 {
        var parts = ControlPlaneOptions()
        parts.makeLogger = LogSetup.loggers(filter: settings.logFilter, forceJSON: options.logsJSON)
        let logger = parts.makeLogger("fledx::cp")
        let showsToken = !options.logsJSON && StandardIO.isTerminal(.output)
        parts.onGenerated = { announce($0, showsToken, logger) }
        for warning in settings.warnings { logger.warning("\(warning)") }
        if (try? FileIO.status("config.toml")) ?? nil != nil {
            logger.warning("./config.toml is not read: settings come from the environment only")
        }
        let files = OpenFiles.raiseLimit()
        if parts.fit(openFiles: files) {
            logger.warning(
                """
                only \(files) files may be open, so at most \(parts.serverLimits.connectionsPerListener) \
                connections are served; raise the limit (ulimit -n, LimitNOFILE=)
                """)
        }
        try ControlPlane.tryPort(settings)
        try StartFoundation.makeFolder(of: settings.databasePath)
        let lock = try DatabaseLock(database: settings.databasePath)
        defer { withExtendedLifetime(lock) {} }
        let plane = try await ControlPlane.open(settings, options: parts)
        logger.notice(
            "version \(Version.told) listens on \(plane.scheme)://\(settings.serverHost):\(plane.port)")
        let service = ControlPlaneService(plane, embeddedAgent, settings)
        try await service.run()
        logger.notice("stopped")
        return 0
    }

    /// A token is shown to a person only: what goes to a file or a collector stays there.
    private static func announce(_ announcement: StartAnnouncement, _ showsToken: Bool, _ logger: Logger) {
        let path = announcement.secretsPath
        guard let token = announcement.operatorToken else {
            return logger.notice("generated secrets are in \(path); keep it with the database")
        }
        logger.notice(
            "generated secrets are in \(path), also the operator token; keep it with the database")
        if showsToken { say("operator token: \(token.revealed)\n") }
    }

    @discardableResult
    private static func say(_ text: String) -> Int32 { StandardIO.write(text) ? 0 : 1 }

    @discardableResult
    private static func complain(_ text: String, code: Int32) -> Int32 {
        StandardIO.write("fledx-cp: \(text)\n", to: .error)
        return code
    }
}
