/// What a command did.
public struct Outcome: Hashable, Sendable {
    /// What is to be stored, in an order in which references hold.
    public var rowChanges: [RowChange]
    /// Hints at what is due; all of it can be derived from the stored rows.
    public var effects: [Effect]
    /// The answer to whoever gave the command.
    public var reply: Reply

    /// Puts an outcome together.
    public init(rowChanges: [RowChange], effects: [Effect], reply: Reply) {
        self.rowChanges = rowChanges
        self.effects = effects
        self.reply = reply
    }
}
