/// A path pattern such as `/api/v1/nodes/{node_id}/state` or `/relay/{node}/{path...}`, taken apart.
struct RoutePattern {
    enum Segment: Hashable {
        case literal(String)
        case parameter(String)
        /// Takes the rest of the path, as it is written, without its leading slash; it stands last.
        case rest(String)
    }

    let text: String
    let segments: [Segment]

    /// Patterns come from the program's text, so a wrong one is a bug.
    init(_ text: String) {
        precondition(text.utf8.first == 0x2F, "a route's pattern starts with a slash: '\(text)'")
        self.text = text
        segments = text.utf8.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false).map {
            part in
            guard part.first == 0x7B, part.last == 0x7D else {
                return .literal(String(decoding: part, as: UTF8.self))
            }
            let name = part.dropFirst().dropLast()
            guard name.suffix(3).elementsEqual([0x2E, 0x2E, 0x2E]) else {
                return .parameter(String(decoding: name, as: UTF8.self))
            }
            return .rest(String(decoding: name.dropLast(3), as: UTF8.self))
        }
        for segment in segments.dropLast() {
            if case .rest = segment { preconditionFailure("'...' stands last in a pattern: '\(text)'") }
        }
    }

    var isLiteral: Bool {
        segments.allSatisfy { if case .literal = $0 { true } else { false } }
    }

    var parameterNames: [String] {
        segments.compactMap {
            switch $0 {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }
}
