import ArgumentParser
import EventLoop
import HTTPClient
import Model

/// Sends a request to a program on a node.
struct Relay: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Send an HTTP request to a container, or a route of an agent, through its node's tunnel.",
        discussion: """
            The body of the answer is shown as it comes; an answer of 400 or more is told and exits with 1.
              fledx relay edge-1 web:80 /status
              fledx relay edge-1 web:80 '/items?name=a' -X PUT --body item.json -H 'content-type: text/json'
              fledx relay edge-1 - /printer/queue    # an address that FLEDX_AGENT_TUNNEL_ROUTES names there
            """)

    @Argument(help: "Name or id of the node.") var node: String
    @Argument(help: "DEPLOYMENT:PORT of a replica there, or - for a route of the agent.")
    var target: String
    @Argument(help: "Path, with its query.") var path = "/"
    @Option(name: [.customShort("X"), .long], help: "The request's method.") var method = "GET"
    @Option(
        name: [.customShort("H"), .long], parsing: .singleValue,
        help: "A field of its head, as 'name: value'; may be repeated.")
    var header: [String] = []
    @Option(help: "File with its body; - is standard input.") var body: String?
    @OptionGroup var global: GlobalOptions

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        let place = try Self.place(target)
        guard path.first == "/" else {
            throw ConsoleFailure(.usage, "'\(path)' is no path", hint: "it begins with a slash")
        }
        var request = HTTPClientRequest(
            HTTPMethod(method.uppercased()), "/relay/\(Query.encoded(node))/\(place)\(path)")
        for field in header {
            let (name, value) = try Self.field(field)
            guard request.headers.append(name, value) else {
                throw ConsoleFailure(.usage, "'\(field)' is no field of a head", hint: "write 'name: value'")
            }
        }
        if let body {
            request.body = .bytes(try LocalFile.read(body, limitBytes: ConsoleLimits.relayedBytes))
        }
        let status = try await session.showAnswer(to: request)
        guard status.isError else { return 0 }
        StandardIO.write("fledx: the answer was \(status.code) \(status.reason)\n", to: .error)
        return 1
    }

    /// What stands in the relay's path for a target.
    static func place(_ target: String) throws -> String {
        guard target != "-" else { return "-" }
        guard let colon = target.lastIndex(of: ":"), colon > target.startIndex,
            let port = UInt16(target[target.index(after: colon)...]), port > 0
        else {
            throw ConsoleFailure(
                .usage, "'\(target)' names no port of a deployment",
                hint: "write web:80, or - for a route of the agent")
        }
        return "\(Query.encoded(String(target[..<colon])))/\(port)"
    }

    static func field(_ text: String) throws -> (name: String, value: String) {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
            throw ConsoleFailure(.usage, "'\(text)' is no field of a head", hint: "write 'name: value'")
        }
        return (String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " }))
    }
}
