/// Collects every fault of a body, so that all are told at once.
public struct FaultList: Sendable {
    /// The faults in the order they were found, at most `SpecLimits.entries`.
    public private(set) var faults: [FieldFault] = []

    /// Starts with none.
    public init() {}

    /// Whether nothing is wrong.
    public var isEmpty: Bool { faults.isEmpty }

    /// Whether there are as many as anybody reads; looking for more is work for nothing.
    public var isFull: Bool { faults.count >= SpecLimits.entries }

    /// Adds one, unless there are more than anybody reads.
    public mutating func add(_ field: String, _ message: String) {
        guard !isFull else { return }
        faults.append(FieldFault(field: field, message: message))
    }

    /// Adds the faults of a part, each with the part's path before its own.
    public mutating func add(_ part: FaultList, under path: String) {
        for fault in part.faults {
            add(fault.field.isEmpty ? path : "\(path).\(fault.field)", fault.message)
        }
    }
}
