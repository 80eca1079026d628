import HTTP1

/// Finds the routes of a path: a literal segment wins over a parameter, a parameter over the rest.
final class RouteTree {
    private var literals: [String: RouteTree] = [:]
    private var parameter: RouteTree?
    private var rest: RouteSet?
    private var here: RouteSet?

    /// The set that a pattern's routes go to, made when it is new.
    func set(for segments: ArraySlice<RoutePattern.Segment>, pattern: String) -> RouteSet {
        guard let first = segments.first else {
            let set = here ?? RouteSet(pattern)
            here = set
            return set
        }
        switch first {
        case .literal(let text):
            let child = literals[text] ?? RouteTree()
            literals[text] = child
            return child.set(for: segments.dropFirst(), pattern: pattern)
        case .parameter:
            let child = parameter ?? RouteTree()
            parameter = child
            return child.set(for: segments.dropFirst(), pattern: pattern)
        case .rest:
            let set = rest ?? RouteSet(pattern)
            rest = set
            return set
        }
    }

    /// The set that takes these last segments of a path; the values of its parameters are appended to `values`.
    func find(_ segments: ArraySlice<String>, of path: String, _ values: inout [String]) -> RouteSet? {
        guard let first = segments.first else { return here }
        if let found = literals[first]?.find(segments.dropFirst(), of: path, &values) {
            return found
        }
        let mark = values.count
        if let parameter, !first.isEmpty {
            values.append(first)
            if let found = parameter.find(segments.dropFirst(), of: path, &values) { return found }
            values.removeSubrange(mark...)
        }
        guard let rest else { return nil }
        values.append(RequestTarget.rest(of: path, after: segments.startIndex))
        return rest
    }
}
