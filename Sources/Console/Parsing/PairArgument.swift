/// Flags of the form `KEY=value`, each key once.
enum PairArgument {
    static func map(_ arguments: [String], flag: String) throws -> [String: String] {
        var result: [String: String] = [:]
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                throw ConsoleFailure(.usage, "\(flag) '\(argument)': KEY=value is expected")
            }
            let key = String(argument[..<equals])
            guard result.updateValue(String(argument[argument.index(after: equals)...]), forKey: key) == nil
            else {
                throw ConsoleFailure(.usage, "\(flag) '\(argument)': \(key) is given twice")
            }
        }
        return result
    }
}
