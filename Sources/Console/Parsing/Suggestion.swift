import ArgumentParser

/// What a wrong command line was probably meant to be.
enum Suggestion {
    /// The first word that names no command, with the nearest one that exists; nil when all words do.
    static func unknownCommand(_ arguments: [String]) -> ConsoleFailure? {
        var command: any ParsableCommand.Type = Fledx.self
        var path = "fledx"
        var rest = arguments[...]
        while !command.configuration.subcommands.isEmpty {
            guard let word = nextWord(&rest), word != "help" else { return nil }
            let known = command.configuration.subcommands
            guard let next = known.first(where: { names($0).contains(word) }) else {
                return failure(word, path, known)
            }
            command = next
            path += " \(names(next).first ?? word)"
        }
        return nil
    }

    /// What helps where the parser's own sentence does not.
    static func hint(_ arguments: [String]) -> String? {
        let words = arguments.prefix { $0 != "--" }
        for (option, value) in zip(words, words.dropFirst())
        where option.hasPrefix("--") && isNegativeNumber(value) {
            return "\(option) \(value): a negative number is not taken"
        }
        if words.starts(with: ["deployments", "create"]), !words.contains("--name"),
            let name = words.dropFirst(2).first, !name.hasPrefix("-")
        {
            return "the name of a deployment stands behind its flag: --name \(name)"
        }
        guard words.count == arguments.count, words.contains("--command") || words.contains("--entrypoint")
        else { return nil }
        return "a command with flags of its own stands at the end, behind --: … -- sh -c \"sleep 100\""
    }

    /// The nearest of some names; nil when none is near.
    static func nearest(to word: String, among names: [String]) -> String? {
        let ranked = names.map { ($0, $0.hasPrefix(word) ? 0 : distance(word, $0)) }
            .min { $0.1 < $1.1 }
        guard let (name, steps) = ranked, steps <= 2, steps < word.count else { return nil }
        return name
    }

    /// How many letters must be changed, added or removed.
    static func distance(_ left: String, _ right: String) -> Int {
        let target = Array(right)
        var row = Array(0...target.count)
        for (line, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in target.indices {
                let step = diagonal + (letter == target[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(step, row[column] + 1, diagonal + 1)
            }
        }
        return row[target.count]
    }

    private static func failure(
        _ word: String, _ path: String, _ known: [any ParsableCommand.Type]
    ) -> ConsoleFailure {
        let near = nearest(to: word, among: known.flatMap { names($0) })
        let all = known.compactMap { names($0).first }.joined(separator: ", ")
        return ConsoleFailure(
            .usage, "'\(word)' is no command of \(path)",
            hint: (near.map { "did you mean '\($0)'? " } ?? "") + "There are: \(all)")
    }

    /// The next word that is no option; the global options take the word behind them along.
    private static func nextWord(_ rest: inout ArraySlice<String>) -> String? {
        let taking = [
            "--control-plane-url", "--operator-token", "--token", "--operator-header", "--ca-cert-path",
        ]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-") else { return word }
            if taking.contains(word) { _ = rest.popFirst() }
        }
        return nil
    }

    private static func names(_ command: any ParsableCommand.Type) -> [String] {
        [command.configuration.commandName ?? ""] + command.configuration.aliases
    }

    private static func isNegativeNumber(_ text: String) -> Bool { Int(text).map { $0 < 0 } ?? false }
}
