import Foundation

/// The project's sources as text, found from this file's own place.
enum SourceTree {
    struct File: Sendable {
        let path: String
        let target: String
        let lines: [String]
    }

    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let sources: [File] = files(below: "Sources")
    static let tests: [File] = files(below: "Tests")

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static func files(below folder: String) -> [File] {
        let base = root.appendingPathComponent(folder)
        guard let walker = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return walker.compactMap { entry -> File? in
            guard let relative = entry as? String, relative.hasSuffix(".swift") else { return nil }
            let text = try? String(contentsOf: base.appendingPathComponent(relative), encoding: .utf8)
            let target = String(relative.split(separator: "/").first ?? "")
            return text.map {
                File(path: "\(folder)/\(relative)", target: target, lines: $0.components(separatedBy: "\n"))
            }
        }.sorted { $0.path < $1.path }
    }
}

extension SourceTree.File {
    /// The modules this file imports, in whatever way it writes that.
    var imports: [String] {
        lines.compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            while let first = words.first, first.hasPrefix("@") || Self.modifiers.contains(first) {
                words.removeFirst()
            }
            guard words.count >= 2, words[0] == "import" else { return nil }
            let name = Self.kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
            return String(name.split(separator: ".").first ?? "")
        }
    }

    /// Lines without comments, numbered from one.
    var code: [(number: Int, text: String)] {
        lines.enumerated().compactMap { index, line in
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            guard !trimmed.hasPrefix("//") else { return nil }
            let text = line.range(of: " // ").map { String(line[..<$0.lowerBound]) } ?? line
            return (index + 1, text)
        }
    }

    private static let modifiers: Set<String> = ["public", "internal", "package", "private", "fileprivate"]
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]
}
