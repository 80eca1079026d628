internal import EventLoop
internal import Logging
internal import Model

/// `fledx-agent`: flags, settings, signals, exit codes.
///
/// Exit codes: 0 ended as asked, 1 cannot go on, 2 wrong flags or settings.
public enum AgentProgram {
    static let usage = """
        fledx-agent: runs this machine's containers as its control plane declares them

        usage: fledx-agent [--json-logs]
               fledx-agent --print-config | --check-config | --self-test | --version | --help

          --json-logs     write logs as JSON lines, also on a terminal
          --print-config  print the settings in effect, secrets hidden
          --check-config  say everything that is wrong with the settings
          --self-test     prove that the event loop works on this system
          --version       print the version
          --help          print this

        Settings come from the environment (FLEDX_AGENT_*). Without an identity of its own the agent needs
        FLEDX_AGENT_REGISTRATION_TOKEN; the control plane is looked for at http://127.0.0.1:8080, Docker at
        /var/run/docker.sock, and state is kept in /var/lib/fledx-agent.

        """

    /// Runs the process to its end.
    public static func run() -> Never {
        let flags = Array(SystemInfo.arguments.dropFirst())
        if flags == ["--self-test"] { LoopSelfTest.run() }
        if flags.contains("--help") || flags.contains("-h") { end(usage) }
        if flags.contains("--version") || flags.contains("-V") { end("fledx-agent \(Version.told)\n") }
        let known = ["--print-config", "--check-config", "--json-logs"]
        if let wrong = flags.first(where: { !known.contains($0) }) {
            fail("unknown argument '\(wrong)'; see --help", code: 2)
        }
        let configuration: AgentConfiguration
        do {
            if flags.contains("--print-config") {
                end(try AgentSettings.table.read(SystemInfo.environment).printed())
            }
            // Once, and before anything else: nothing reads the environment later.
            configuration = try AgentConfiguration(SystemInfo.environment, needsIdentity: true)
        } catch {
            fail(error.problems.joined(separator: "\nfledx-agent: "), code: 2)
        }
        if flags.contains("--check-config") {
            for warning in configuration.warnings { complain("warning: \(warning)") }
            end("the settings are fine\n")
        }
        let log = AgentLog.make(jsonLines: flags.contains("--json-logs"), environment: SystemInfo.environment)
        EventLoop.runMain(threadPoolSize: 1, savesMemory: true) { await serve(configuration, log) }
    }

    @LoopActor private static func serve(_ configuration: AgentConfiguration, _ log: Logger) async -> Int32 {
        if FileIO.isPresent("config.toml") {
            log.warning("./config.toml is not read: settings are environment variables (--print-config)")
        }
        let agent = AgentService(configuration, log: log)
        do {
            let status: @LoopActor @Sendable () -> String = {
                agent.readiness.first ?? "keeping containers as declared"
            }
            try await TerminationSignals.untilAsked(log: log, status: status) { try await agent.run() }
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
        complain(text)
        EventLoop.exitNow(code)
    }

    private static func complain(_ text: String) {
        _ = StandardIO.write("fledx-agent: \(text)\n", to: .error)
    }
}
