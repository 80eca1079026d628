/// A place in a text as libyaml counts it: both from 0, columns in characters.
struct YAMLPlace: Equatable {
    let line: Int
    let column: Int

    static let start = YAMLPlace(line: 0, column: 0)
}
