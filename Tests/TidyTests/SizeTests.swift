import Testing

/// The limits of the style guide that a test watches.
@Suite struct SizeTests {
    @Test func noSourceFileIsLongerThanFiveHundredLines() {
        for file in SourceTree.sources {
            #expect(
                file.lines.count <= 500,
                "\(file.path) has \(file.lines.count) lines: look for the second idea")
        }
    }

    @Test func executablesStayThin() {
        for file in SourceTree.sources where file.path.hasSuffix("/Main.swift") {
            #expect(
                file.lines.count <= 61,
                "\(file.path) has \(file.lines.count) lines; composition belongs below")
        }
    }
}
