/// All keys of one program, and how its environment is read: once, at start, with all problems at once.
public struct SettingsTable: Sendable {
    /// Every key begins with this.
    public let prefix: String
    /// The keys in the order of the reference page.
    public let settings: [Setting]

    /// Describes a program's keys.
    public init(prefix: String, settings: [Setting]) {
        self.prefix = prefix
        self.settings = settings
    }

    /// Reads all variables of an environment; throws every problem at once, and ignores foreign keys.
    public func read(_ environment: [String: String]) throws(SettingsProblems) -> SettingsValues {
        let (values, problems) = examine(environment)
        guard problems.isEmpty else { throw SettingsProblems(problems: problems) }
        return values
    }

    /// As `read`, for programs with checks of their own: what is readable, and what is wrong with the rest.
    ///
    /// A key with a problem falls back to its default, so that further checks do not report it twice.
    public func examine(_ environment: [String: String]) -> (values: SettingsValues, problems: [String]) {
        var problems: [String] = []
        var values: [String: String] = [:]
        for setting in settings {
            // `KEY=` in an environment file says nothing.
            let given = environment[setting.key].flatMap { $0.isEmpty ? nil : $0 }
            guard let raw = given ?? setting.defaultValue else { continue }
            if let problem = Self.problem(setting, raw, isSet: given != nil) {
                problems.append(problem)
                values[setting.key] = setting.defaultValue
            } else {
                values[setting.key] = raw
            }
        }
        let known = Set(settings.map(\.key))
        for key in environment.keys.sorted() where key.hasPrefix(prefix) && !known.contains(key) {
            problems.append("\(key) is not a setting of this program\(suggestion(for: key)); unset it")
        }
        let set = Set(environment.filter { !$0.value.isEmpty }.keys).intersection(known)
        return (SettingsValues(table: self, values: values, set: set), problems)
    }

    private func suggestion(for key: String) -> String {
        let best = settings.min { Self.distance($0.key, key) < Self.distance($1.key, key) }
        guard let best, Self.distance(best.key, key) <= 4 else { return "" }
        return " (did you mean \(best.key)?)"
    }

    private static func problem(_ setting: Setting, _ raw: String, isSet: Bool) -> String? {
        if case .notBuilt(let part) = setting.support, isSet, !asksForNothing(setting, raw) {
            return "\(setting.key) is not supported by this version: \(part) is not built yet; unset it"
        }
        let shown = setting.isSecret ? "(hidden)" : "'\(raw)'"
        switch setting.kind {
        case .text, .list: return nil
        case .number(let range):
            guard let number = Int64(raw), range.contains(number) else {
                let unit = setting.unit.isEmpty ? "" : " \(setting.unit)"
                return "\(setting.key)=\(shown): a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)\(unit) is expected"
            }
            return nil
        case .flag:
            return SettingsValues.flag(raw) == nil
                ? "\(setting.key)=\(shown): true or false is expected" : nil
        case .choice(let words):
            return words.contains(raw)
                ? nil : "\(setting.key)=\(shown): one of \(words.joined(separator: ", ")) is expected"
        case .pairs:
            return SettingsValues.pairs(raw) == nil
                ? "\(setting.key)=\(shown): key=value pairs separated by commas are expected" : nil
        }
    }

    /// An empty value or the default changes nothing, so a key that is not built yet may have it.
    private static func asksForNothing(_ setting: Setting, _ raw: String) -> Bool {
        raw.isEmpty || raw == setting.defaultValue
    }

    /// Levenshtein distance, for "did you mean".
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, byte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in 0..<right.count {
                let substituted = diagonal + (byte == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}

/// Everything that is wrong with an environment.
public struct SettingsProblems: Error, CustomStringConvertible {
    /// One sentence each, naming key and value (secrets hidden).
    public let problems: [String]

    /// Collects problems.
    public init(problems: [String]) { self.problems = problems }

    /// One problem a line.
    public var description: String { problems.joined(separator: "\n") }
}
