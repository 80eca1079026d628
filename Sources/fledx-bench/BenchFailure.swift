/// A measurement that is worth nothing.
struct BenchFailure: Error, CustomStringConvertible {
    let detail: String

    var description: String { detail }
}
