import Foundation
import TestKit
import Testing

/// What a build says it was made from (`packaging/commit.sh`).
@Suite(.mayBlock) struct CommitTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let place = URL(fileURLWithPath: folder.path("tree/packaging"))
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: SourceTree.root.appendingPathComponent("packaging/commit.sh"),
            to: place.appendingPathComponent("commit.sh"))
    }

    private func run(_ command: String) throws -> String {
        let git = "git() { command git -c user.name=a -c user.email=b \"$@\"; }"
        let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path("")]
        let result = try Child.run(
            "/bin/bash", ["-c", "set -e; \(git); cd '\(folder.path("tree"))'; \(command)"],
            environment: environment)
        try #require(result.code == 0, "\(result)")
        return result.output.trimmingCharacters(in: .newlines)
    }

    @Test func aTreeWithoutCommitsIsUnknown() throws {
        #expect(try run("packaging/commit.sh") == "unknown")
        #expect(try run("git init --quiet; packaging/commit.sh") == "unknown")
    }

    @Test func aTreeIsItsCommitAndDirtyWhereItDiffers() throws {
        _ = try run("git init --quiet; echo one >file; git add .; git commit --quiet --message one")
        let commit = try run("git rev-parse HEAD")
        #expect(commit.count == 40)
        #expect(try run("packaging/commit.sh") == commit.prefix(12))
        #expect(try run("touch file new; packaging/commit.sh") == commit.prefix(12), "nothing differs")
        #expect(try run("echo two >file; packaging/commit.sh") == "\(commit.prefix(12))-dirty")
        #expect(try run("git add file; packaging/commit.sh") == "\(commit.prefix(12))-dirty")
    }

    @Test func theCommitOfARepositoryAroundTheTreeIsNotItsOwn() throws {
        _ = try run("cd ..; git init --quiet; git add .; git commit --quiet --message one")
        #expect(try run("packaging/commit.sh") == "unknown")
    }
}
