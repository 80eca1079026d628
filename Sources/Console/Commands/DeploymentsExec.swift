import ArgumentParser
import EventLoop
import JSON
import Model
import Tunnel

/// Runs a command in a container of a deployment.
struct DeploymentsExec: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a command in one of its containers.",
        discussion: """
            The exit code is the command's; 125 when it could not be run:
              fledx deployments exec web -- cat /etc/hostname
              fledx deployments exec web --replica 1 -it -- sh
            """)

    @Argument(help: "Name or id.") var deployment: String
    @Option(help: "Which replica; one that serves unless given.") var replica: Int?
    @Flag(name: [.customShort("i"), .long], help: "Give it the standard input.") var stdin = false
    @Flag(name: [.customShort("t"), .long], help: "Give it a terminal.") var tty = false
    @Argument(parsing: .postTerminator, help: "The command, behind --.") var command: [String] = []
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if command.isEmpty { throw ValidationError("a command is expected behind --") }
    }

    @LoopActor func execute(_ session: Session) async throws -> Int32 {
        if tty, stdin, !StandardIO.isTerminal(.input) {
            throw ConsoleFailure(.usage, "standard input is no terminal", hint: "leave -t out")
        }
        var members = [JSONMember(key: "command", value: .array(command.map { .string($0) }))]
        if let replica {
            members.append(JSONMember(key: "replica", value: .number(JSONNumber(Int64(replica)))))
        }
        if tty { members.append(JSONMember(key: "tty", value: .bool(true))) }
        let channel = try await session.openStream(
            .post, "/api/v1/deployments/\(Query.encoded(deployment))/exec",
            body: JSONNode.object(members).encoded())
        let conversation = ExecutionConversation(channel, takesInput: stdin, hasTerminal: tty)
        let code = try await conversation.run()
        // A thread may still wait for a key; the process ends all the same.
        EventLoop.exitNow(code)
    }
}
