public import JSON

/// Takes an object apart key by key, tells every fault with its path, and finds the keys nobody asked for.
public struct ObjectReader {
    /// The path of the object, empty for the body itself.
    public let path: String
    private let members: [JSONMember]
    private var asked: Set<String> = []

    /// Opens an object; anything else is a fault and reads as an empty one.
    public init(_ node: JSONNode, path: String, faults: inout FaultList) {
        self.path = path
        if let members = node.objectValue {
            self.members = members
        } else {
            members = []
            faults.add(path, "an object is expected")
        }
    }

    /// The path of a key of this object.
    public func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The value of a key; null counts as absent.
    public mutating func value(_ key: String) -> JSONNode? {
        asked.insert(key)
        guard let node = members.first(where: { $0.key == key })?.value, !node.isNull else { return nil }
        return node
    }

    /// Accepts a key without looking at its value: what the server wrote and a client echoes back.
    public mutating func ignore(_ keys: String...) { asked.formUnion(keys) }

    /// The text of a key.
    public mutating func string(_ key: String, _ faults: inout FaultList) -> String? {
        guard let node = value(key) else { return nil }
        if let text = node.stringValue { return text }
        faults.add(path(of: key), "a string is expected")
        return nil
    }

    /// The flag of a key.
    public mutating func bool(_ key: String, _ faults: inout FaultList) -> Bool? {
        guard let node = value(key) else { return nil }
        if let flag = node.boolValue { return flag }
        faults.add(path(of: key), "true or false is expected")
        return nil
    }

    /// The whole number of a key within bounds.
    public mutating func integer(
        _ key: String, in range: ClosedRange<Int64>, _ faults: inout FaultList
    ) -> Int64? {
        guard let node = value(key) else { return nil }
        if let number = node.intValue, range.contains(number) { return number }
        faults.add(
            path(of: key), "a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
        return nil
    }

    /// The word of a key out of a closed set.
    public mutating func choice<Word: RawRepresentable & CaseIterable>(
        _ key: String, _ faults: inout FaultList
    ) -> Word? where Word.RawValue == String {
        guard let text = string(key, &faults) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        faults.add(path(of: key), "'\(text)' is unknown; one of \(words) is expected")
        return nil
    }

    /// The items of a key, each with its path.
    public mutating func array(_ key: String, _ faults: inout FaultList) -> [(path: String, node: JSONNode)]?
    {
        guard let node = value(key) else { return nil }
        guard let items = node.arrayValue else {
            faults.add(path(of: key), "an array is expected")
            return nil
        }
        guard items.count <= SpecLimits.entries else {
            faults.add(path(of: key), "at most \(SpecLimits.entries) items are allowed")
            return nil
        }
        return items.enumerated().map { ("\(path(of: key))[\($0.offset)]", $0.element) }
    }

    /// The texts of a key.
    public mutating func strings(_ key: String, _ faults: inout FaultList) -> [String]? {
        guard let items = array(key, &faults) else { return nil }
        return items.compactMap { item in
            if let text = item.node.stringValue { return text }
            faults.add(item.path, "a string is expected")
            return nil
        }
    }

    /// The text-to-text map of a key.
    public mutating func map(_ key: String, _ faults: inout FaultList) -> [String: String]? {
        guard let node = value(key) else { return nil }
        let path = path(of: key)
        guard let members = node.objectValue else {
            faults.add(path, "an object of strings is expected")
            return nil
        }
        guard members.count <= SpecLimits.entries else {
            faults.add(path, "at most \(SpecLimits.entries) entries are allowed")
            return nil
        }
        var result: [String: String] = [:]
        for member in members {
            guard let text = member.value.stringValue else {
                faults.add("\(path).\(member.key)", "a string is expected")
                continue
            }
            result[member.key] = text
        }
        return result
    }

    /// The object of a key.
    public mutating func object(_ key: String, _ faults: inout FaultList) -> ObjectReader? {
        guard let node = value(key) else { return nil }
        return ObjectReader(node, path: path(of: key), faults: &faults)
    }

    /// Tells every key nobody asked for; `notBuilt` names those that the contract has and this version has not.
    public func finish(_ faults: inout FaultList, notBuilt: Set<String> = []) {
        let known = asked.sorted().joined(separator: ", ")
        for member in members where !asked.contains(member.key) && !faults.isFull {
            if notBuilt.contains(member.key) {
                if !member.value.isNull {
                    faults.add(path(of: member.key), "is not supported by this version yet; leave it out")
                }
            } else {
                faults.add(path(of: member.key), "unknown key; known are: \(known)")
            }
        }
    }
}
