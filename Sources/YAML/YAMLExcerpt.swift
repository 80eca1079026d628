/// The line of a text that an error is about, with a mark below the column.
enum YAMLExcerpt {
    static func text(_ bytes: [UInt8], _ place: YAMLPlace) -> String {
        var line = 0
        var shown: [Unicode.Scalar] = []
        var previous: Unicode.Scalar?
        // The window begins so far left of the column that the mark is in it.
        let first = max(0, place.column - YAMLLimits.shownColumns / 2)
        var column = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            defer { previous = scalar }
            if isBreak(scalar) {
                if scalar == "\n", previous == "\r" { continue }
                if line == place.line { break }
                line += 1
                continue
            }
            guard line == place.line else { continue }
            if column >= first, shown.count < YAMLLimits.shownColumns { shown.append(harmless(scalar)) }
            column += 1
        }
        guard !shown.isEmpty else { return "" }
        let mark = String(repeating: " ", count: min(place.column - first, shown.count)) + "^"
        return String(String.UnicodeScalarView(shown)) + "\n" + mark
    }

    /// What libyaml takes for the end of a line.
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// Nothing that a terminal would obey.
    private static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .unassigned: " "
        default: scalar
        }
    }
}
