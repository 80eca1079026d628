import EventLoop
import JSON
import Model

extension Session {
    /// The wall clock, for ages.
    var now: Timestamp { SystemTimeSource().now().wall }

    /// Prints an answer for programs: the control plane's own JSON, indented.
    func printJSON(_ answer: [UInt8]) throws { terminal.write(try Self.json(answer, pretty: true)) }

    /// Prints an answer for programs that read line by line.
    func printJSONLine(_ answer: [UInt8]) throws { terminal.write(try Self.json(answer, pretty: false)) }

    /// An answer as a text that ends its line.
    nonisolated static func json(_ answer: [UInt8], pretty: Bool) throws -> String {
        let node: JSONNode
        do {
            node = try JSONNode.parse(answer)
        } catch {
            throw ConsoleFailure(.failed, "the control plane's answer is not JSON: \(error)")
        }
        return String(decoding: node.encoded(pretty: pretty), as: UTF8.self) + "\n"
    }
}
