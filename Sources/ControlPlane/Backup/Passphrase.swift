import EventLoop
import Model

/// The passphrase of a copy's keys: the environment's, else a line of standard input.
enum Passphrase {
    static let key = "FLEDX_CP_BACKUP_PASSPHRASE"

    /// Reads it; a person is asked for it, and twice for a new one.
    static func read(_ environment: [String: String], isNew: Bool) throws(StartFailure) -> Redacted<String> {
        if let given = environment[key], !given.isEmpty { return try checked(given) }
        let isPerson = StandardIO.isTerminal(.input)
        if isPerson { StandardIO.write("passphrase of the keys: ", to: .error) }
        let first = try line(echoes: !isPerson)
        if isPerson, isNew {
            StandardIO.write("once more: ", to: .error)
            guard try line(echoes: false) == first else { throw StartFailure("the two passphrases differ") }
        }
        return try checked(first)
    }

    private static func line(echoes: Bool) throws(StartFailure) -> String {
        guard let line = StandardIO.readLine(limitBytes: ControlPlaneLimits.passphraseBytes, echoes: echoes)
        else {
            throw StartFailure("no passphrase: set \(key), or give it as the first line of standard input")
        }
        return line
    }

    private static func checked(_ text: String) throws(StartFailure) -> Redacted<String> {
        guard text.utf8.count >= ControlPlaneLimits.passphraseMinimumBytes else {
            throw StartFailure(
                "the passphrase is shorter than \(ControlPlaneLimits.passphraseMinimumBytes) characters")
        }
        return Redacted(text)
    }
}
