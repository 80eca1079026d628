/// Keeps a large value behind one reference.
///
/// Copying what is in a table counts every reference inside it up and down; behind one reference a copy counts one.
/// The value is changed in place while nobody else holds it. An array of one is the standard library's own such box.
@propertyWrapper
struct Boxed<Value: Hashable & Sendable>: Hashable, Sendable {
    private var cell: [Value]

    /// The value itself.
    var wrappedValue: Value {
        get { cell[0] }
        _modify { yield &cell[0] }
    }

    /// Boxes a value.
    init(wrappedValue: Value) { cell = [wrappedValue] }
}
