import EventLoop
import Foundation
import TestKit
import Testing

/// Files that containers have mounted change where they lie.
@Suite struct MemoryFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func made(_ text: String, mode: UInt32 = 0o440) throws -> String {
        let path = folder.path("file")
        try MemoryFile.write(path, Array(text.utf8), mode: mode, owner: nil)
        return path
    }

    private static func attribute(_ key: FileAttributeKey, _ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[key] as? NSNumber).intValue
    }

    @Test(arguments: ["", "short", "as long as that", "longer than what was there before"])
    func anotherContentIsInTheSameFile(_ text: String) throws {
        let path = try made("what was there")
        let inode = try Self.attribute(.systemFileNumber, path)
        try MemoryFile.rewrite(path, Array(text.utf8))
        #expect(try FileIO.read(path, limitBytes: 100) == Array(text.utf8))
        #expect(try Self.attribute(.systemFileNumber, path) == inode)
        #expect(try Self.attribute(.posixPermissions, path) == 0o440)
    }

    @Test func aWriteAnewIsAnotherFile() throws {
        let path = try made("one")
        let kept = try FileHandle(forReadingFrom: URL(filePath: path))
        try MemoryFile.write(path, Array("two".utf8), mode: 0o440, owner: nil)
        #expect(try kept.readToEnd() == Data("one".utf8))
        try kept.close()
    }

    @Test func whatIsNoFileIsNotWrittenInto() throws {
        let path = try made("one")
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let pipe = folder.path("pipe")
        let status = unsafe mkfifo(pipe, 0o600)
        #expect(status == 0)
        for wrong in [link, pipe, folder.path, folder.path("none")] {
            #expect(throws: LoopFailure.self, "\(wrong)") { try MemoryFile.rewrite(wrong, [1]) }
        }
        #expect(try FileIO.read(path, limitBytes: 100) == Array("one".utf8))
    }
}
