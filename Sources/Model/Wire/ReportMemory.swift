import JSON

/// What one node's last report said in its long parts, with the bytes that said it.
///
/// A node at rest repeats itself in every report; what it repeats is taken from here and not read again.
public final class ReportMemory {
    /// Bytes of a part that is kept; a longer one is read anew every time.
    public static let maxBytes = 4096

    private var inventory: (bytes: JSONPassage, value: Inventory)?
    /// Whether the last report's inventory was the one before it.
    private var repeatsInventory = false
    private var settled: (inventory: Inventory, condition: Condition?)?
    private var containers: (bytes: JSONPassage, value: [InstanceReport])?

    /// Remembers nothing yet.
    public init() {}

    /// What the rules make of the inventory just read, and the condition that says what was left out; made anew only
    /// when the inventory is another one.
    public func settled(
        _ make: () -> (inventory: Inventory, condition: Condition?)
    ) -> (inventory: Inventory, condition: Condition?) {
        if repeatsInventory, let settled { return settled }
        let made = make()
        settled = made
        return made
    }

    func readInventory(
        _ reader: inout JSONReader, _ report: inout NodeReport,
        _ read: (inout JSONReader, inout NodeReport) throws(JSONError) -> Void
    ) throws(JSONError) {
        if let inventory, try reader.skip(ifSameAs: inventory.bytes) {
            report.inventory = inventory.value
            repeatsInventory = true
            return
        }
        inventory = nil
        repeatsInventory = false
        let bytes = try reader.passage(maxBytes: Self.maxBytes) { (reader) throws(JSONError) in
            try read(&reader, &report)
        }
        if let bytes, let value = report.inventory { inventory = (bytes, value) }
    }

    func readContainers(
        _ reader: inout JSONReader, _ report: inout NodeReport,
        _ read: (inout JSONReader, inout NodeReport) throws(JSONError) -> Void
    ) throws(JSONError) {
        if let containers, try reader.skip(ifSameAs: containers.bytes) {
            report.containers = containers.value
            return
        }
        containers = nil
        let bytes = try reader.passage(maxBytes: Self.maxBytes) { (reader) throws(JSONError) in
            try read(&reader, &report)
        }
        // Samples are told once: a report that has some is no repetition.
        if let bytes, report.samples.isEmpty { containers = (bytes, report.containers) }
    }
}
