/// Why a container cannot be made or started with what this node has: nothing of it was begun.
struct PreparationFailure: Error, CustomStringConvertible {
    /// Every reason, for operators.
    let reasons: [String]

    var description: String { reasons.joined(separator: "; ") }
}
