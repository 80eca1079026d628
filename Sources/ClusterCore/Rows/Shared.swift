/// Lets the copies of a row share a large part of it.
///
/// Rows are copied at every look-up, and a declaration has dozens of references to count up and down; behind one
/// reference a copy costs one. The part is never changed in place: whoever sets it gets a part of its own.
@propertyWrapper
public struct Shared<Value: Hashable & Sendable>: Hashable, Sendable {
    private final class Part: Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    private var part: Part

    /// The part itself.
    public var wrappedValue: Value {
        get { part.value }
        set { part = Part(newValue) }
    }

    /// Takes a part.
    public init(wrappedValue: Value) { part = Part(wrappedValue) }

    /// Whether both are the same part, or equal ones.
    public static func == (left: Self, right: Self) -> Bool {
        left.part === right.part || left.part.value == right.part.value
    }

    /// Hashes the part.
    public func hash(into hasher: inout Hasher) { hasher.combine(part.value) }
}
