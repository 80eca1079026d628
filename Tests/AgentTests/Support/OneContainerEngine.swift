import EventLoop

/// A Docker on a socket that has one container and believes what it is told.
@LoopActor
final class OneContainerEngine {
    nonisolated static let name = "fledx-app-0-abcdef"

    /// What it says the container does.
    var status = "created"
    /// Whether it never answers to a signal.
    var isSilent = false
    /// The signals' requests.
    private(set) var told: [String] = []
    private let id: String
    private let labels: [String: String]
    private var listener: Listener?

    init(socket: String, id: String, labels: [String: String]) throws {
        self.id = id
        self.labels = labels
        listener = try Listener.unix(path: socket) { stream in
            Task { @LoopActor in try? await self.serve(ByteChannel(stream)) }
        }
    }

    func end() {
        listener?.close()
        listener = nil
    }

    private func serve(_ channel: ByteChannel) async throws {
        defer { channel.close() }
        let head = String(decoding: try await channel.read() ?? [], as: UTF8.self)
        let words = head.split(separator: " ")
        guard words.count > 1 else { return }
        let path = words[1].prefix { $0 != "?" }.split(separator: "/").dropFirst()
        switch path.joined(separator: "/") {
        case "": try await answer(channel, "OK", fields: "Api-Version: 1.41\r\n")
        case "containers/\(id)/json": try await answer(channel, description)
        case "containers/\(id)/start": try await answer(channel, nil)
        case "containers/\(id)/kill":
            told.append("kill")
            guard isSilent else { return try await answer(channel, nil) }
            while try await channel.read() != nil {}
        default: try await answer(channel, "{}", status: "404 Not Found")
        }
    }

    private var description: String {
        let labels = labels.map { "\"\($0)\":\"\($1.replacing("\n", with: "\\n"))\"" }.joined(separator: ",")
        return "{\"Id\":\"\(id)\",\"Name\":\"/\(Self.name)\",\"State\":{\"Status\":\"\(status)\"},"
            + "\"Config\":{\"Labels\":{\(labels)}}}"
    }

    private func answer(
        _ channel: ByteChannel, _ text: String?, status: String = "200 OK", fields: String = ""
    ) async throws {
        guard let text else {
            return try await channel.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        }
        let fields = "Connection: close\r\n\(fields)Content-Length: \(text.utf8.count)"
        try await channel.write("HTTP/1.1 \(status)\r\n\(fields)\r\n\r\n\(text)")
    }
}
