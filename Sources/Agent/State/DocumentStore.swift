internal import EventLoop
internal import JSON
internal import Model
internal import TLS

/// `desired.json`: the last accepted desired state, durable before anything is done for it.
///
/// One line with the checksum of the rest and the node it is for, a line with the document, and a line with its
/// secrets, sealed under a key made of the node's token. The one before is kept, and used when the newest does not
/// match its checksum.
struct DocumentStore: Sendable {
    let path: String
    let nodeID: NodeID
    private let key: SealingKey
    var previousPath: String { path + ".previous" }
    var damagedPath: String { path + ".damaged" }

    init(folder: String, nodeID: NodeID, token: Redacted<String>) {
        key = SealingKey(derivedFrom: token, for: "fledx secrets of the desired state")
        path = folder + "/desired.json"
        self.nodeID = nodeID
    }

    /// The newest readable document, with a remark when it is not the newest written.
    ///
    /// A damaged newest one is put aside, so that it never takes the place of the one before it.
    func load() throws -> (document: DesiredStateDocument?, remark: String?) {
        var remarks: [String] = []
        for candidate in [path, previousPath] {
            let limit = AgentLimits.documentBytes + AgentLimits.identityBytes
            guard let bytes = try FileIO.readIfPresent(candidate, limitBytes: limit) else { continue }
            do {
                let document = try parse(bytes)
                guard !remarks.isEmpty else { return (document, nil) }
                return (document, remarks.joined(separator: "; ") + "; \(candidate) is used instead")
            } catch {
                remarks.append("\(candidate) is not used: \(ErrorReport.render(error))")
                if candidate == path { try FileIO.rename(path, to: damagedPath) }
            }
        }
        guard !remarks.isEmpty else { return (nil, nil) }
        remarks.append("containers are left alone until the control plane sends the desired state again")
        return (nil, remarks.joined(separator: "; "))
    }

    /// Puts intact documents of another node out of the way, as after this machine joined anew; says so in words.
    func setForeignAside() throws -> String? {
        var moved: [String] = []
        for candidate in [path, previousPath] {
            let limit = AgentLimits.documentBytes + AgentLimits.identityBytes
            guard let bytes = try FileIO.readIfPresent(candidate, limitBytes: limit), isForeign(bytes) else {
                continue
            }
            try FileIO.rename(candidate, to: candidate + ".other-node")
            moved.append(candidate)
        }
        guard !moved.isEmpty else { return nil }
        return "this machine was another node before; its desired state is kept as "
            + moved.map { $0 + ".other-node" }.joined(separator: ", ")
    }

    private func isForeign(_ bytes: [UInt8]) -> Bool {
        guard let newline = bytes.firstIndex(of: 0x0A) else { return false }
        let header = bytes[..<newline]
        // What names this node is not another's, whatever its checksum says.
        let own = Array(" node=\(nodeID)".utf8)
        guard !header.suffix(own.count).elementsEqual(own) else { return false }
        return header.starts(with: Self.checksum(Array(bytes[(newline + 1)...])))
    }

    /// Makes a document durable: it is written beside, then the old one becomes the previous one.
    ///
    /// A full disk leaves both as they were.
    func save(_ document: DesiredStateDocument) throws {
        let body = try sealed(document)
        let next = path + ".next"
        try FileIO.writeDurably(next, Self.header(body, nodeID) + [0x0A] + body, mode: 0o600)
        if FileIO.isPresent(path) { try FileIO.rename(path, to: previousPath) }
        try FileIO.rename(next, to: path)
        try FileIO.syncFolder(of: path)
    }

    private func parse(_ bytes: [UInt8]) throws -> DesiredStateDocument {
        guard let newline = bytes.firstIndex(of: 0x0A) else {
            throw AgentFailure(.state, "it has no checksum line")
        }
        let body = Array(bytes[(newline + 1)...])
        let header = Array(bytes[..<newline])
        guard header.starts(with: Self.checksum(body)) else {
            throw AgentFailure(.state, "its checksum does not match")
        }
        guard header == Self.header(body, nodeID) else {
            throw AgentFailure(.state, "it belongs to another node than \(nodeID)")
        }
        return try opened(body)
    }

    private var purpose: String { "desired state of \(nodeID)" }

    private func sealed(_ document: DesiredStateDocument) throws -> [UInt8] {
        guard let secrets = document.secrets else { return try JSONCoder.encode(document) }
        var plain = document
        plain.secrets = nil
        let hidden = key.seal(try JSONCoder.encode(secrets), for: purpose)
        return try JSONCoder.encode(plain) + [0x0A] + Array(Base64.encode(hidden).utf8)
    }

    /// Under another token the secrets stay closed; they come again with the next document.
    private func opened(_ body: [UInt8]) throws -> DesiredStateDocument {
        let lines = body.split(separator: 0x0A, maxSplits: 1).map(Array.init)
        var document = try JSONCoder.decode(DesiredStateDocument.self, from: lines.first ?? [])
        guard lines.count > 1, let hidden = Base64.decode(String(decoding: lines[1], as: UTF8.self)),
            let plain = key.open(hidden, for: purpose)
        else { return document }
        document.secrets = try JSONCoder.decode(DesiredSecrets.self, from: plain)
        return document
    }

    private static func header(_ body: [UInt8], _ nodeID: NodeID) -> [UInt8] {
        checksum(body) + Array(" node=\(nodeID)".utf8)
    }

    private static func checksum(_ body: [UInt8]) -> [UInt8] {
        Array("sha256=\(Hex.encode(SHA256.digest(body)))".utf8)
    }
}
