import ArgumentParser
import EventLoop
import Model

/// Shows what the containers of a deployment print.
struct DeploymentsLogs: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what its containers print.",
        discussion: """
            Of several replicas each line begins with the replica's name:
              fledx deployments logs web --follow
              fledx deployments logs web --replica 0 --tail 100 --since 10m
            """)

    @Argument(help: "Name or id.") var deployment: String
    @Option(help: "Only this replica; all unless given.") var replica: Int?
    @Flag(name: .shortAndLong, help: "Go on as they print.") var follow = false
    @Option(help: "Only so many last lines of each.") var tail: Int?
    @Option(help: "Only what was printed since: an RFC 3339 time, or 30s, 10m, 2h, 1d ago.") var since:
        String?
    @Flag(help: "Each line with its time.") var timestamps = false
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        var query: [String] = []
        if let replica { query.append("replica=\(replica)") }
        if follow { query.append("follow=true") }
        if let tail { query.append("tail=\(tail)") }
        if let since { query.append("since=\(Query.encoded(try Self.time(since)))") }
        if timestamps { query.append("timestamps=true") }
        let words = query.isEmpty ? "" : "?" + query.joined(separator: "&")
        try await session.show("/api/v1/deployments/\(Query.encoded(deployment))/logs\(words)")
        return 0
    }

    @LoopActor static func time(_ text: String) throws -> String {
        if Timestamp(text) != nil { return text }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()), count >= 0,
            count < 1_000_000
        else {
            throw ConsoleFailure(
                .usage, "'\(text)' is not a time", hint: "write 2026-01-31T12:00:00Z, or 30s, 10m, 2h, 1d")
        }
        let now = SystemTimeSource().now().wall.milliseconds
        return "\(Timestamp(milliseconds: now - count * unit * 1_000))"
    }
}
