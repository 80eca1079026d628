import EventLoop
import HTTPServer
import TLS

/// A finished copy that only this process can still reach: its file has no name any more.
struct BackupCopy: Sendable {
    let file: ReadableFile
    /// SHA-256 of the whole file, in hexadecimal digits.
    let digest: String

    /// Opens a file, takes its name away and reads it once; blocks.
    init(takingAway path: String) throws {
        file = try ReadableFile(path)
        try FileIO.remove(path)
        var digest = SHA256Digest()
        var offset: Int64 = 0
        while offset < file.sizeBytes {
            let piece = try file.read(at: offset, count: ControlPlaneLimits.backupPieceBytes)
            digest.update(piece)
            offset += Int64(piece.count)
        }
        self.digest = Hex.encode(digest.finish())
    }

    /// Sends all of it, as fast as the client takes it.
    @LoopActor func send(to writer: ResponseWriter) async throws {
        var offset: Int64 = 0
        while offset < file.sizeBytes {
            let place = offset
            let piece = try await BlockingPool.run { [file] in
                try file.read(at: place, count: ControlPlaneLimits.backupPieceBytes)
            }
            offset += Int64(piece.count)
            try await writer.write(piece)
        }
    }
}
