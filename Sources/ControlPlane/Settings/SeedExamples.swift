import Model

/// The lines of the product description that name a part which is not built yet: those very values start.
///
/// Everything else of such a part is refused by name, so that nobody believes in an effect that is not there.
enum SeedExamples {
    private static let values: [String: String] = [
        "FLEDX_CP_LIMITS_CONFIG_PAYLOAD_BYTES": "131072"
    ]

    /// The environment without these lines, and a warning for each of them.
    static func taken(from environment: [String: String]) -> (rest: [String: String], warnings: [String]) {
        var rest = environment
        var warnings: [String] = []
        for (key, value) in values.sorted(by: { $0.key < $1.key }) where rest[key] == value {
            rest[key] = nil
            warnings.append("\(key) has no effect yet: its part is not built in this version")
        }
        return (rest, warnings)
    }
}
