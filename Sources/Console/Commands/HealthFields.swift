import ArgumentParser
import JSON
import Model

/// The flags of one probe; further probes are declared over the API.
struct HealthFields: ParsableArguments, Sendable {
    @Option(name: .customLong("health-http"), help: "Probe by GET on this path; needs --health-port.")
    var http: String?
    @Option(name: .customLong("health-port"), help: "The container port that --health-http asks.")
    var port: Int?
    @Option(name: .customLong("health-tcp"), help: "Probe by connecting to this container port.")
    var tcp: Int?
    @Option(
        name: .customLong("health-exec"), parsing: .upToNextOption,
        help: "Probe by a command in the container, up to the next flag.")
    var exec: [String] = []
    @Option(name: .customLong("health-interval"), help: "Seconds between two probes.") var interval: Int?
    @Option(name: .customLong("health-timeout"), help: "Seconds one probe may take.") var timeout: Int?
    @Option(name: .customLong("health-threshold"), help: "Failures in a row that count.") var threshold: Int?
    @Option(
        name: .customLong("health-start-period"),
        help: "Seconds after a start in which failures do not count.")
    var startPeriod: Int?
    @Flag(
        name: .customLong("readiness"),
        help: "The probe tells whether the container can serve, not whether it lives.")
    var isReadiness = false

    /// Every key of a probe.
    static let probeKeys = [
        "type", "port", "path", "command", "interval_seconds", "timeout_seconds", "start_period_seconds",
        "failure_threshold", "success_threshold",
    ]

    /// The probe as the REST body has it.
    func node() throws -> JSONNode? {
        let questions = [http != nil, tcp != nil, !exec.isEmpty].count { $0 }
        guard questions <= 1 else {
            throw ConsoleFailure(
                .usage, "only one of --health-http, --health-tcp and --health-exec can be given")
        }
        guard questions == 1 else {
            guard [port, interval, timeout, threshold, startPeriod].allSatisfy({ $0 == nil }), !isReadiness
            else {
                throw ConsoleFailure(
                    .usage, "a probe is described but not named",
                    hint: "add --health-http PATH, --health-tcp PORT or --health-exec COMMAND")
            }
            return nil
        }
        var members = try question()
        for (key, value) in [
            ("interval_seconds", interval), ("timeout_seconds", timeout), ("failure_threshold", threshold),
            ("start_period_seconds", startPeriod),
        ] {
            if let value { members.append(JSONMember(key: key, value: .integer(value))) }
        }
        return .object([JSONMember(key: isReadiness ? "readiness" : "liveness", value: .object(members))])
    }

    private func question() throws -> [JSONMember] {
        func kind(_ word: String) -> JSONMember { JSONMember(key: "type", value: .string(word)) }
        if let http {
            guard let port else {
                throw ConsoleFailure(.usage, "--health-http needs --health-port, the container port it asks")
            }
            return [
                kind("http"), JSONMember(key: "port", value: .integer(port)),
                JSONMember(key: "path", value: .string(http)),
            ]
        }
        guard port == nil else {
            throw ConsoleFailure(.usage, "--health-port belongs to --health-http")
        }
        if let tcp { return [kind("tcp"), JSONMember(key: "port", value: .integer(tcp))] }
        return [kind("exec"), JSONMember(key: "command", value: .array(exec.map { .string($0) }))]
    }
}
