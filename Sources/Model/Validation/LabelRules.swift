/// What labels look like: keys in lower case, neither keys nor values with blanks around them.
public enum LabelRules {
    /// The labels in the form that is compared; every one that is none is told and left out.
    public static func settled(
        _ labels: [String: String], at path: String, _ faults: inout FaultList
    ) -> [String: String] {
        var result: [String: String] = [:]
        var spellings: [String: String] = [:]
        for (name, text) in labels.sorted(by: { $0.key < $1.key }) {
            let place = "\(path).\(name)"
            let key = SettingsValues.trimmed(name).lowercased()
            let value = SettingsValues.trimmed(text)
            let keyFault = TextRules.labelFault(key)
            let valueFault = TextRules.labelFault(value)
            if let keyFault { faults.add(place, "key \(keyFault)") }
            if let valueFault { faults.add(place, "value \(valueFault)") }
            guard keyFault == nil, valueFault == nil else { continue }
            if let other = spellings[key] {
                faults.add(place, "is the same label as '\(other)': keys are compared in lower case")
                continue
            }
            spellings[key] = name
            result[key] = value
        }
        return result
    }
}
