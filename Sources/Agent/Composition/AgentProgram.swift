internal import EventLoop
internal import Logging
internal import Model

/// `fledx-agent`: flags, settings, signals, exit codes.
///
/// Exit codes: 0 ended as asked, 1 cannot go on, 2 wrong flags or settings.
public enum AgentProgram {
    static let usage = """
        usage: fledx-agent [--json-logs] [--check-config | --print-config | --version | --help | --self-test]

        Runs this machine's containers as its control plane declares them. All settings are environment variables:
          --print-config   print every setting in force, secrets hidden
          --check-config   tell every problem of the settings and exit
          --json-logs      write logs as JSON lines
          --self-test      prove that the event loop works on this system
          --version        print the version

        """

    /// Runs the process to its end.
    public static func run() -> Never {
        let flags = Array(SystemInfo.arguments.dropFirst())
        if flags == ["--self-test"] { LoopSelfTest.run() }
        if flags.contains("--help") || flags.contains("-h") { end(usage) }
        if flags.contains("--version") { end("fledx-agent \(Version.current)\n") }
        let known = ["--print-config", "--check-config", "--json-logs"]
        if let wrong = flags.first(where: { !known.contains($0) }) {
            fail("unknown argument '\(wrong)'\n\(usage)", code: 2)
        }
        let configuration: AgentConfiguration
        do {
            if flags.contains("--print-config") {
                end(try AgentSettings.table.read(SystemInfo.environment).printed())
            }
            // Once, and before anything else: nothing reads the environment later.
            configuration = try AgentConfiguration(SystemInfo.environment)
        } catch {
            fail("\(error)\n", code: 2)
        }
        if flags.contains("--check-config") { end("the settings are fine\n") }
        let log = AgentLog.make(jsonLines: flags.contains("--json-logs"), environment: SystemInfo.environment)
        EventLoop.runMain(threadPoolSize: 1, savesMemory: true) { await serve(configuration, log) }
    }

    @LoopActor private static func serve(_ configuration: AgentConfiguration, _ log: Logger) async -> Int32 {
        if FileIO.isPresent("config.toml") {
            log.warning("./config.toml is not read: settings are environment variables (--print-config)")
        }
        let agent = AgentService(configuration, log: log)
        do {
            try await TerminationSignals.untilAsked(log: log) { try await agent.run() }
            return 0
        } catch {
            log.critical("\(ErrorReport.render(error))")
            return 1
        }
    }

    private static func end(_ text: String) -> Never {
        _ = StandardIO.write(text, to: .output)
        EventLoop.exitNow(0)
    }

    private static func fail(_ text: String, code: Int32) -> Never {
        _ = StandardIO.write("fledx-agent: \(text)", to: .error)
        EventLoop.exitNow(code)
    }
}
