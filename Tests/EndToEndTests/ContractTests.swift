import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// The built `fledx-cp` against its own API document and against its own pages.
@Suite(.onLoop, .serialized) struct ContractTests {
    /// What answers 503 for as long as there is no tunnel, which a schema tester takes for a broken server.
    private static let tunnelled = "/(logs|exec|port-forward)$|^/relay/|/nodes/[^/]+/(status|metrics)$"

    @Test @LoopActor func noGeneratedRequestBreaksTheDocument() async throws {
        guard let tester = try Tester() else { return }
        let programs = try Programs(dockerHost: "unix:///nowhere.sock")
        defer { programs.end() }
        try await programs.startControlPlane()
        let token = try programs.secret("FLEDX_CP_OPERATOR_TOKENS")
        #expect(
            try await programs.call(.post, "/api/v1/deployments", #"{"name":"web","image":"x"}"#).0 == 201)
        let register = ["nodes", "register", "--name", "web"]
        let lines = try await programs.fledx(register).output.split(separator: "\n")
        func word(_ key: String) throws -> String {
            let line = try #require(lines.first { $0.hasPrefix("\(key): ") })
            return String(line.dropFirst(key.count + 2))
        }
        // As anybody: ids that are mostly unknown. As the node: its own reports and its document.
        try await tester.run(programs, token: token, ["--exclude-path-regex", Self.tunnelled])
        let own = programs.folder.path("node.toml")
        try "[parameters]\n\"path.id\" = \"\(try word("node_id"))\"\n".write(
            toFile: own, atomically: true, encoding: .utf8)
        try await tester.run(
            programs, token: try word("node_token"), config: own,
            ["--include-path-regex", "/(heartbeats|desired-state)$"])
        #expect(try await programs.status(.get, "/readyz") == 200)
    }

    @Test @LoopActor func everyCurlLineOfThePagesWorks() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere.sock")
        defer { programs.end() }
        try await programs.startControlPlane()
        let (script, count) = try PageLines.script()
        #expect(count >= 3, "the pages have no curl lines")
        let file = programs.folder.path("lines.sh")
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": programs.folder.path(""), "URL": programs.url,
            "TOKEN": try programs.secret("FLEDX_CP_OPERATOR_TOKENS"),
            "REGISTRATION_TOKEN": try programs.secret("FLEDX_CP_REGISTRATION_TOKEN"),
        ]
        let folder = programs.folder.path("")
        let result = try await BlockingPool.run {
            try Child("/bin/bash", [file], environment: environment, folder: folder).wait(seconds: 90)
        }
        #expect(result.code == 0, "\(result.output.suffix(3_000))\(result.errors.suffix(3_000))")
        #expect(result.output.contains("\(count) lines done"))
    }
}

/// Sends requests made from the API document, right and wrong ones, and judges the answers.
private struct Tester {
    private let tool: String
    private static let checks =
        "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
        + "response_schema_conformance"

    /// Nil, with a word why, where the tool is not installed.
    init?() throws {
        guard let python = TestEnvironment.value("FLEDX_TEST_PYTHON") else {
            TestEnvironment.skip("FLEDX_TEST_PYTHON names no Python with schemathesis")
            return nil
        }
        tool =
            URL(fileURLWithPath: python).deletingLastPathComponent().appendingPathComponent("schemathesis")
            .path
        guard FileManager.default.isExecutableFile(atPath: tool) else {
            TestEnvironment.skip("there is no schemathesis beside \(python)")
            return nil
        }
    }

    @LoopActor
    func run(
        _ programs: Programs, token: String, config: String? = nil, _ filter: [String]
    ) async throws {
        var arguments = config.map { ["--config-file", $0] } ?? []
        arguments += ["run", "\(programs.url)/openapi.json", "-H", "Authorization: Bearer \(token)"]
        arguments += filter
        arguments += [
            "--phases", TestEnvironment.runsChaos ? "examples,coverage,fuzzing" : "examples,fuzzing", "-n",
            "\(TestEnvironment.count(short: 6, long: 150))", "--seed", "1", "--checks", Self.checks,
            "--suppress-health-check", "all", "--warnings", "off", "--no-shrink", "--continue-on-failure",
        ]
        let (tool, folder) = (tool, programs.folder.path(""))
        let environment = ["PATH": "/usr/bin:/bin", "HOME": folder, "NO_COLOR": "1"]
        let command = arguments
        let result = try await BlockingPool.run {
            try Child(tool, command, environment: environment, folder: folder)
                .wait(seconds: TestEnvironment.runsChaos ? 900 : 120)
        }
        #expect(result.code == 0, "\(result.output.suffix(6_000))\(result.errors.suffix(1_000))")
    }
}

/// The shell blocks of `docs/*.md` as one script that checks every status.
///
/// A line says which status it expects by a comment at its end (`# 409`); one that says nothing expects success.
enum PageLines {
    static func script() throws -> (text: String, count: Int) {
        let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs")
        let pages = try FileManager.default.contentsOfDirectory(atPath: docs.path).filter {
            $0.hasSuffix(".md")
        }
        var count = 0
        var text = head
        for page in pages.sorted() {
            let content = try String(contentsOf: docs.appendingPathComponent(page), encoding: .utf8)
            for command in blocks(content).flatMap(commands) where command.contains("curl ") {
                guard !command.hasPrefix("#") else { continue }
                count += 1
                text += "page=\(page)\nEXPECT='\(status(command))'\n\(command)\n"
            }
        }
        return (text + "echo \"\(count) lines done\"\n", count)
    }

    /// `curl` with the status checked; a line that streams is ended after three seconds.
    private static let head = #"""
        set -u
        curl() {
            local code
            code=$(command curl -sS --max-time 3 -o body.txt -w '%{http_code}' "$@" 2>errors.txt) || true
            echo "$code $page: curl $*" >&2
            [[ $code =~ ^($EXPECT)$ ]] && { cat body.txt; return 0; }
            { echo "expected $EXPECT"; cat body.txt errors.txt; } >&2
            kill $$
        }

        """#

    private static func status(_ command: String) -> String {
        guard let mark = command.range(of: "# ", options: .backwards),
            let code = Int(command[mark.upperBound...])
        else { return "2.." }
        return "\(code)"
    }

    private static func blocks(_ content: String) -> [String] {
        content.components(separatedBy: "```bash\n").dropFirst().map {
            $0.components(separatedBy: "\n```")[0]
        }
    }

    /// The block's commands: a line goes on after a backslash and within quotes.
    private static func commands(_ block: String) -> [String] {
        var commands: [String] = []
        var current = ""
        for line in block.components(separatedBy: "\n") {
            current += current.isEmpty ? line : "\n\(line)"
            let quotes = current.count { $0 == "'" }
            if line.hasSuffix("\\") || quotes % 2 == 1 { continue }
            if !current.isEmpty { commands.append(current) }
            current = ""
        }
        return commands
    }
}
