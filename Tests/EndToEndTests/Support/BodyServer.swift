import EventLoop
import Model

/// A server for large bodies: it sends as many bytes as a path names, counts what it is sent, or reads nothing.
///
/// `GET /N` is answered with that many bytes, `PUT /count` with how many came, `PUT /stall` never.
@LoopActor
final class BodyServer {
    private var listener: Listener?
    private var open: [BodyConversation] = []

    var port: UInt16 { listener?.port ?? 0 }

    init() throws {
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { [weak self] in
            self?.open.append(BodyConversation($0))
        }
    }

    func end() {
        listener?.close()
        for conversation in open { conversation.stream.close() }
    }
}

/// One request, one answer; what is sent waits for the kernel, never here.
@LoopActor
private final class BodyConversation: StreamHandler {
    let stream: LoopStream
    private var head: [UInt8] = []
    private var isHeadRead = false
    private var wanted = 0
    private var came = 0
    private var left = 0
    private static let piece = [UInt8](repeating: 0x61, count: 1 << 18)

    init(_ stream: LoopStream) {
        self.stream = stream
        stream.handler = self
        stream.startReading()
    }

    func streamReceived(_ stream: LoopStream, _ bytes: UnsafeRawBufferPointer) {
        guard !isHeadRead else { return count(bytes.count) }
        unsafe head += bytes
        guard let end = head.indices.dropFirst(3).first(where: { head[$0 - 3...$0] == [13, 10, 13, 10] })
        else { return }
        isHeadRead = true
        let text = String(decoding: head[...end], as: UTF8.self)
        let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let word = String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
        switch word {
        case "stall": stream.stopReading()
        case "count":
            wanted = Self.length(text)
            count(head.count - end - 1)
        default:
            left = Int(word) ?? 0
            answer(bytes: left)
            streamDrained(stream)
        }
        head = []
    }

    func streamEnded(_ stream: LoopStream) { stream.close() }

    func streamFailed(_ stream: LoopStream, _ failure: LoopFailure) {}

    func streamDrained(_ stream: LoopStream) {
        while left > 0, stream.isOpen, stream.queuedBytes == 0 {
            let size = min(left, Self.piece.count)
            left -= size
            stream.write(size == Self.piece.count ? Self.piece : Array(Self.piece[..<size]))
        }
    }

    private func count(_ more: Int) {
        came += more
        guard came >= wanted else { return }
        let text = "\(came)"
        answer(bytes: text.utf8.count)
        stream.write(Array(text.utf8))
        stream.shutdownWriting()
    }

    private func answer(bytes: Int) {
        stream.write(Array("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: \(bytes)\r\n\r\n".utf8))
    }

    private static func length(_ head: String) -> Int {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return Int(line.filter(\.isNumber)) ?? 0
        }
        return 0
    }
}
