import ArgumentParser
import EventLoop
import Model

/// Shows what replicas used, by the minute.
struct UsageGet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show what the replicas of a deployment or a node used, by the minute.",
        discussion:
            "  fledx usage get web --range 15m\n  fledx usage get --node edge-1\nCPU and MEMORY are means of a minute's samples, RX and TX its bytes; newest minutes first.",
        aliases: ["list"])

    @OptionGroup var subject: UsageSubject
    @Option(help: "Only this replica, from 0.") var replica: Int?
    @Option(help: "How far back: a number and s, m, h or d; the control plane's hour unless named.")
    var range: String?
    @Option(help: "From this time on (RFC 3339).") var since: String?
    @Option(help: "Until this time (RFC 3339).") var until: String?
    @Option(help: "The most minutes to show (1 to 1000).") var limit = 50
    @Option(help: "How many minutes to skip.") var offset = 0
    @Option(help: "Go on where a page ended, with the cursor it named.") var cursor: String?
    @Flag(help: "Print the control plane's answer as JSON.") var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if subject.name == nil, subject.node == nil {
            throw ValidationError("give a deployment, --node NODE or both")
        }
        if range != nil, since != nil { throw ValidationError("--range and --since say the same; give one") }
        if let range, UsageRange.seconds(range) == nil {
            throw ValidationError("--range '\(range)': a number and s, m, h or d is expected, such as 15m")
        }
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        var query = Query()
        query.add("deployment", subject.name)
        query.add("node", subject.node)
        query.add("replica_number", replica.map { "\($0)" })
        let begin = range.flatMap(UsageRange.seconds).map {
            session.now.adding(milliseconds: -$0 * 1000).description
        }
        query.add("since", since ?? begin)
        query.add("until", until)
        query.add("limit", "\(limit)")
        query.add("offset", offset == 0 ? nil : "\(offset)")
        query.add("cursor", cursor)
        let answer = try await subject.explaining {
            try await session.send(.get, "/api/v1/usage\(query.text)")
        }
        if json {
            try session.printJSON(answer)
        } else {
            session.terminal.write(
                UsageText.page(
                    try session.decode(answer), of: subject.name ?? subject.node ?? "",
                    width: session.terminal.columns))
        }
        return 0
    }
}
