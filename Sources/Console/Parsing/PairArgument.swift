/// Flags of the form `KEY=value`, each key once.
enum PairArgument {
    static func map(_ arguments: [String], flag: String) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try list(arguments, flag: flag).map { ($0.key, $0.value) })
    }

    /// The same, in the order given.
    static func list(_ arguments: [String], flag: String) throws -> [(key: String, value: String)] {
        var result: [(key: String, value: String)] = []
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                throw ConsoleFailure(.usage, "\(flag) '\(argument)': KEY=value is expected")
            }
            let key = String(argument[..<equals])
            guard !result.contains(where: { $0.key == key }) else {
                throw ConsoleFailure(.usage, "\(flag) '\(argument)': \(key) is given twice")
            }
            result.append((key, String(argument[argument.index(after: equals)...])))
        }
        return result
    }
}
