import EventLoop
public import Testing

/// What the environment says about this test run.
public enum TestEnvironment {
    /// Whether the run must not skip anything (`CI=true`).
    public static var isCI: Bool { isOn("CI") }
    /// Whether the long forms run (`FLEDX_RUN_CHAOS=1`).
    public static var runsChaos: Bool { isOn("FLEDX_RUN_CHAOS") }
    /// Whether every test must close its handles (`FLEDX_LEAK_CHECK=1`, with `--no-parallel`).
    public static var checksLeaks: Bool { isOn("FLEDX_LEAK_CHECK") }
    /// Whether golden files are rewritten instead of compared (`UPDATE_GOLDEN=1`).
    public static var updatesGolden: Bool { isOn("UPDATE_GOLDEN") }
    /// The folder of public test data (`FLEDX_TEST_DATA`).
    public static var dataFolder: String? { value("FLEDX_TEST_DATA") }

    /// A count that is larger in the long form.
    public static func count(short: Int, long: Int) -> Int { runsChaos ? long : short }

    /// A variable; nil when unset or empty.
    public static func value(_ name: String) -> String? {
        guard let text = SystemInfo.environment[name], !text.isEmpty else { return nil }
        return text
    }

    /// Says that a test cannot run here: prints a counted line, and under `CI=true` fails the test.
    public static func skip(_ reason: String, sourceLocation: SourceLocation = #_sourceLocation) {
        StandardIO.write("skipped: \(reason)\n", to: .error)
        if isCI { Issue.record("skipped: \(reason)", sourceLocation: sourceLocation) }
    }

    private static func isOn(_ name: String) -> Bool {
        guard let text = value(name) else { return false }
        return text == "1" || text == "true" || text == "yes"
    }
}
