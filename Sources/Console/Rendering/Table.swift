/// Columns for people: two blanks between them, no blanks at the end, the last column free.
struct Table {
    /// What a table may give up to fit a screen, in this order.
    struct Fit: Sendable {
        /// Columns that are left out, the first one first.
        var dropping: [String] = []
        /// A column whose cells may lose their beginning.
        var shortening: String?
        /// Whether the last column goes on in the next line.
        var wrapsLast = false
    }

    /// The least that is left of a shortened cell.
    static let shortestCell = 16

    private var rows: [[String]]

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// Everything, as wide as it gets.
    var text: String { Self.render(rows, widths: Self.widths(rows)) }

    /// Everything, or what fits when there is a screen.
    func text(width: Int?, _ fit: Fit) -> String {
        guard let width else { return text }
        var table = self
        for name in fit.dropping where Self.total(table.rows) > width { table.drop(name) }
        if let name = fit.shortening { table.shorten(name, by: Self.total(table.rows) - width) }
        guard fit.wrapsLast, Self.total(table.rows) > width else { return table.text }
        return table.wrapped(to: width)
    }

    private mutating func drop(_ name: String) {
        guard let column = rows[0].firstIndex(of: name) else { return }
        for row in rows.indices where column < rows[row].count { rows[row].remove(at: column) }
    }

    /// Cuts at the front, because the end tells images apart.
    private mutating func shorten(_ name: String, by excess: Int) {
        guard excess > 0, let column = rows[0].firstIndex(of: name) else { return }
        let room = max(Self.widths(rows)[column] - excess, Self.shortestCell)
        for row in rows.indices where Self.width(rows[row][column]) > room {
            rows[row][column] = "…" + rows[row][column].suffix(room - 1)
        }
    }

    private func wrapped(to width: Int) -> String {
        let widths = Self.widths(rows)
        let indent = widths.dropLast().reduce(0) { $0 + $1 + 2 }
        let blanks = String(repeating: " ", count: indent)
        return rows.map { row in
            guard let last = row.last else { return "\n" }
            let lines = Words.wrapped(last, width: width - indent)
            let first = Self.line(row.dropLast() + [lines.first ?? ""], widths: widths)
            return first + lines.dropFirst().map { blanks + $0 + "\n" }.joined()
        }.joined()
    }

    private static func widths(_ rows: [[String]]) -> [Int] {
        let columns = rows.map(\.count).max() ?? 0
        return (0..<columns).map { column in
            rows.map { column < $0.count ? width($0[column]) : 0 }.max() ?? 0
        }
    }

    private static func total(_ rows: [[String]]) -> Int {
        let widths = widths(rows)
        return widths.reduce(0, +) + 2 * max(0, widths.count - 1)
    }

    private static func render(_ rows: [[String]], widths: [Int]) -> String {
        rows.map { line($0, widths: widths) }.joined()
    }

    private static func line(_ row: [String], widths: [Int]) -> String {
        var line = ""
        for (column, cell) in row.enumerated() {
            line += cell
            guard column < row.count - 1 else { break }
            line += String(repeating: " ", count: widths[column] - width(cell) + 2)
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line + "\n"
    }

    /// Characters, not bytes: good enough for everything but double-width scripts.
    private static func width(_ text: String) -> Int { text.count }
}
