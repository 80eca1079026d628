import Foundation
import HTTP1
import TestKit
import Testing

/// The case table against h11 (strict, Python) and httptools (llhttp, what Node.js parses with).
@Suite(.mayBlock) struct ComparisonTests {
    /// What one parser made of one case.
    enum Verdict: Equatable {
        case accepted(Int, bodies: String)
        case incomplete
        case refused

        init(_ text: Substring) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            switch parts.first {
            case "ok": self = .accepted(Int(parts[1]) ?? -1, bodies: String(parts[2]))
            case "more": self = .incomplete
            default: self = .refused
            }
        }

        init(_ reading: Reading) {
            if reading.failure != nil {
                self = .refused
            } else if reading.messages.isEmpty {
                self = .incomplete
            } else {
                let bodies = reading.messages.map(\.body).joined(separator: [0x7C])
                let hex = bodies.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                self = .accepted(reading.messages.count, bodies: hex)
            }
        }
    }

    @Test func differencesFromOtherParsersAreDeliberate() throws {
        guard let answers = try answers(for: RequestCase.all) else { return }
        try #require(answers.count == RequestCase.all.count)
        for (test, answer) in zip(RequestCase.all, answers) {
            let ours = Verdict(Reading.requests([test.bytes]))
            for (library, verdict) in answer {
                let reason = ParserDifferences.reason(test.name, library)
                if verdict == ours {
                    #expect(reason == nil, "\(test.name): \(library) agrees by now, take it from the table")
                } else {
                    #expect(reason != nil, "\(test.name): ours \(ours), \(library) \(verdict)")
                }
                // Stricter is the only direction: nothing that both take is taken differently.
                if case .accepted = ours, case .accepted = verdict {
                    #expect(ours == verdict, "\(test.name): \(library) sees other messages")
                }
            }
        }
    }

    /// One dictionary a case, or nil when Python with both packages is not there.
    private func answers(for cases: [RequestCase]) throws -> [[String: Verdict]]? {
        guard let python = TestEnvironment.value("FLEDX_TEST_PYTHON"),
            FileManager.default.isExecutableFile(atPath: python)
        else {
            TestEnvironment.skip("FLEDX_TEST_PYTHON names no Python with h11 and httptools")
            return nil
        }
        let folder = try TemporaryFolder()
        let lines = cases.map { test in
            test.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        try lines.joined(separator: "\n").write(
            toFile: folder.path("cases"), atomically: true, encoding: .utf8)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("compare_parsers.py").path
        let result = try Child.run(python, [script, folder.path("cases")], seconds: 60)
        try #require(result.code == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map { line in
            var verdicts: [String: Verdict] = [:]
            for part in line.split(separator: " ") {
                let pair = part.split(separator: "=", maxSplits: 1)
                verdicts[String(pair[0])] = Verdict(pair[1])
            }
            return verdicts
        }
    }
}
