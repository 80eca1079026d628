import EventLoop
import JSON
import Model

extension Session {
    /// The wall clock, for ages.
    var now: Timestamp { SystemTimeSource().now().wall }

    /// Prints an answer for programs: the control plane's own JSON, indented.
    func printJSON(_ answer: [UInt8]) throws {
        let node: JSONNode
        do {
            node = try JSONNode.parse(answer)
        } catch {
            throw ConsoleFailure(.failed, "the control plane's answer is not JSON: \(error)")
        }
        terminal.write(String(decoding: node.encoded(pretty: true), as: UTF8.self) + "\n")
    }
}
