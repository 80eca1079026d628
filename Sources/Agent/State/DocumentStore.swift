internal import EventLoop
internal import JSON
internal import Model
internal import TLS

/// `desired.json`: the last accepted desired state, durable before anything is done for it.
///
/// One line with the checksum of the rest, then the document. The one before is kept, and used when the newest
/// does not match its checksum.
struct DocumentStore: Sendable {
    let path: String
    var previousPath: String { path + ".previous" }

    init(folder: String) { path = folder + "/desired.json" }

    /// The newest readable document, with a remark when it is not the newest written.
    func load() throws -> (document: DesiredStateDocument?, remark: String?) {
        var remarks: [String] = []
        for candidate in [path, previousPath] {
            let limit = AgentLimits.documentBytes + AgentLimits.identityBytes
            guard let bytes = try FileIO.readIfPresent(candidate, limitBytes: limit) else { continue }
            do {
                let document = try Self.parse(bytes)
                return (
                    document,
                    remarks.isEmpty ? nil : remarks.joined(separator: "; ") + "; \(candidate) is used"
                )
            } catch {
                remarks.append("\(candidate) is damaged (\(error))")
            }
        }
        return (nil, remarks.isEmpty ? nil : remarks.joined(separator: "; "))
    }

    /// Makes a document durable: the old one becomes the previous one, then the new one takes its place.
    func save(_ document: DesiredStateDocument) throws {
        let body = try JSONCoder.encode(document)
        let header = Array("sha256=\(Hex.encode(SHA256.digest(body)))\n".utf8)
        if try FileIO.status(path) != nil { try FileIO.rename(path, to: previousPath) }
        try FileIO.writeDurably(path, header + body, mode: 0o600)
    }

    static func parse(_ bytes: [UInt8]) throws -> DesiredStateDocument {
        guard let newline = bytes.firstIndex(of: 0x0A) else { throw AgentFailure(.state, "no checksum line") }
        let body = Array(bytes[(newline + 1)...])
        let wanted = Array("sha256=\(Hex.encode(SHA256.digest(body)))".utf8)
        guard Array(bytes[..<newline]) == wanted else {
            throw AgentFailure(.state, "the checksum does not match")
        }
        return try JSONCoder.decode(DesiredStateDocument.self, from: body)
    }
}
