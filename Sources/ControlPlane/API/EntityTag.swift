/// Reads `If-Match` and `If-None-Match`.
enum EntityTag {
    /// Whether a list of tags names `tag` (given without quotes); `*` names every tag.
    ///
    /// `weakly` lets `W/"x"` count as `"x"`, as it does for `If-None-Match` (RFC 9110 §13.1.2).
    static func list(_ value: String, names tag: String, weakly: Bool) -> Bool {
        value.split(separator: "," as Character).contains { item in
            var item = trimmed(item)
            if item == "*" { return true }
            if item.hasPrefix("W/") {
                guard weakly else { return false }
                item = item.dropFirst(2)
            }
            return item.utf8.count >= 2 && item.first == "\"" && item.last == "\""
                && item.dropFirst().dropLast() == tag
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text = text.dropFirst() }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return text
    }
}
