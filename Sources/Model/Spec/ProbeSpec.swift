/// One question that is asked of a container again and again.
public struct ProbeSpec: Codable, Hashable, Sendable {
    /// The question.
    public enum Check: Hashable, Sendable {
        /// `GET http://container:port/path` answers with a status from 200 to 399.
        case http(port: UInt16, path: String)
        /// The port takes a connection.
        case tcp(port: UInt16)
        /// The command ends with 0 in the container.
        case exec(command: [String])
    }

    /// The question.
    public var check: Check
    /// Seconds between two questions.
    public var intervalSeconds: Int
    /// Seconds an answer may take.
    public var timeoutSeconds: Int
    /// Seconds after the container's start in which failures do not count.
    public var startPeriodSeconds: Int
    /// Failures in a row that make it fail.
    public var failureThreshold: Int
    /// Successes in a row that make it pass.
    public var successThreshold: Int

    /// Asks with the contract's defaults.
    public init(
        _ check: Check, intervalSeconds: Int = 10, timeoutSeconds: Int = 5, startPeriodSeconds: Int = 0,
        failureThreshold: Int = 3, successThreshold: Int = 1
    ) {
        self.check = check
        self.intervalSeconds = intervalSeconds
        self.timeoutSeconds = timeoutSeconds
        self.startPeriodSeconds = startPeriodSeconds
        self.failureThreshold = failureThreshold
        self.successThreshold = successThreshold
    }

    private enum CodingKeys: String, CodingKey {
        case type, port, path, command
        case intervalSeconds = "interval_seconds"
        case timeoutSeconds = "timeout_seconds"
        case startPeriodSeconds = "start_period_seconds"
        case failureThreshold = "failure_threshold"
        case successThreshold = "success_threshold"
    }

    /// The words of `type`.
    enum Kind: String, Codable, CaseIterable {
        case http, tcp, exec
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        switch try keyed.decode(Kind.self, forKey: .type) {
        case .http:
            self.init(
                .http(
                    port: try keyed.decode(UInt16.self, forKey: .port),
                    path: try keyed.decodeIfPresent(String.self, forKey: .path) ?? "/"))
        case .tcp: self.init(.tcp(port: try keyed.decode(UInt16.self, forKey: .port)))
        case .exec: self.init(.exec(command: try keyed.decode([String].self, forKey: .command)))
        }
        intervalSeconds = try keyed.decodeIfPresent(Int.self, forKey: .intervalSeconds) ?? intervalSeconds
        timeoutSeconds = try keyed.decodeIfPresent(Int.self, forKey: .timeoutSeconds) ?? timeoutSeconds
        startPeriodSeconds =
            try keyed.decodeIfPresent(Int.self, forKey: .startPeriodSeconds) ?? startPeriodSeconds
        failureThreshold = try keyed.decodeIfPresent(Int.self, forKey: .failureThreshold) ?? failureThreshold
        successThreshold = try keyed.decodeIfPresent(Int.self, forKey: .successThreshold) ?? successThreshold
    }

    /// Writes the flat wire form: the question's keys stand beside its times.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        switch check {
        case .http(let port, let path):
            try keyed.encode(Kind.http, forKey: .type)
            try keyed.encode(port, forKey: .port)
            try keyed.encode(path, forKey: .path)
        case .tcp(let port):
            try keyed.encode(Kind.tcp, forKey: .type)
            try keyed.encode(port, forKey: .port)
        case .exec(let command):
            try keyed.encode(Kind.exec, forKey: .type)
            try keyed.encode(command, forKey: .command)
        }
        try keyed.encode(intervalSeconds, forKey: .intervalSeconds)
        try keyed.encode(timeoutSeconds, forKey: .timeoutSeconds)
        try keyed.encode(startPeriodSeconds, forKey: .startPeriodSeconds)
        try keyed.encode(failureThreshold, forKey: .failureThreshold)
        try keyed.encode(successThreshold, forKey: .successThreshold)
    }
}
