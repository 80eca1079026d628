import EventLoop
import Foundation
import TestKit
import Testing

/// What is read below a folder is a file that the walk has found there: no link, no pipe, nothing outside.
@Suite struct PathWalkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileIO.makeFolders(folder.path("root/a"))
        try FileIO.writeDurably(folder.path("root/a/file"), Array("inside".utf8))
        try FileIO.writeDurably(folder.path("outside"), Array("outside".utf8))
        let manager = FileManager.default
        try manager.createSymbolicLink(
            atPath: folder.path("root/a/link"), withDestinationPath: folder.path("outside"))
        try manager.createSymbolicLink(
            atPath: folder.path("root/way"), withDestinationPath: folder.path("root/a"))
        let status = unsafe mkfifo(folder.path("root/pipe"), 0o600)
        #expect(status == 0)
    }

    private func read(_ parts: String..., limitBytes: Int = 100) throws -> [UInt8] {
        try PathWalk.read(parts, below: folder.path("root"), limitBytes: limitBytes)
    }

    private func kind(_ parts: String...) -> PathWalk.Failure.Kind? {
        do {
            _ = try PathWalk.read(parts, below: folder.path("root"), limitBytes: 100)
            return nil
        } catch { return (error as? PathWalk.Failure)?.kind }
    }

    @Test func aFileIsRead() throws {
        #expect(try read("a", "file") == Array("inside".utf8))
        #expect(throws: LoopFailure.self) { try read("a", "file", limitBytes: 5) }
    }

    @Test func linksAreNotFollowed() {
        #expect(kind("a", "link") == .link)
        #expect(kind("way", "file") == .link)
    }

    @Test func whatIsNoFileIsRefusedWithoutWaiting() {
        #expect(throws: LoopFailure.self) { try read("pipe") }
        #expect(throws: LoopFailure.self) { try read("a") }
        #expect(throws: PathWalk.Failure.self) { try read() }
        #expect(kind("a", "file", "below") == .notFolder)
        #expect(kind("none") == .missing)
    }

    @Test func aMissingOneIsNilWhereThatIsAsked() throws {
        #expect(try FileIO.readRegularIfPresent(folder.path("none"), limitBytes: 9) == nil)
        #expect(
            try FileIO.readRegularIfPresent(folder.path("root/a/link"), limitBytes: 9)
                == Array("outside".utf8))
        #expect(throws: LoopFailure.self) {
            try FileIO.readRegularIfPresent(folder.path("root/pipe"), limitBytes: 9)
        }
    }
}
