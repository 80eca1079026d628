import Model

/// Why a command did not do what was asked, in words that say what to do next.
struct ConsoleFailure: Error, Sendable {
    enum Kind: Sendable {
        /// The command line was wrong.
        case usage
        /// The control plane could not be reached.
        case unreachable
        /// The control plane refused.
        case refused(status: Int)
        /// Anything else.
        case failed
    }

    let kind: Kind
    let message: String
    let details: [FieldFault]
    let requestID: String?
    let hint: String?

    init(
        _ kind: Kind, _ message: String, details: [FieldFault] = [], requestID: String? = nil,
        hint: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.details = details
        self.requestID = requestID
        self.hint = hint
    }

    /// The same with another word on what to do next.
    func hinting(_ hint: String) -> ConsoleFailure {
        ConsoleFailure(kind, message, details: details, requestID: requestID, hint: hint)
    }

    var exitCode: Int32 {
        if case .usage = kind { return 2 }
        return 1
    }

    /// Everything an operator needs, one thing a line.
    var text: String {
        var lines = ["Error: \(message)"]
        let faults = details.map { "\($0.field.isEmpty ? "body" : $0.field): \($0.message)" }
        // A single fault is the message already.
        if faults.count != 1 || !message.hasPrefix(faults[0]) { lines += faults.map { "  \($0)" } }
        if let hint { lines.append("Hint: \(hint)") }
        if let requestID { lines.append("request_id: \(requestID)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
