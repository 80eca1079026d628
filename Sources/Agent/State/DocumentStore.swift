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

    /// What was found on the disk.
    struct Loaded: Hashable {
        /// The newest readable document as it was received.
        var document: DesiredStateDocument?
        /// Says when that is not the newest written.
        var remark: String?
        /// Whether it has secrets that another token has sealed.
        var hasClosedSecrets = false
    }

    /// The newest readable document, with a remark when it is not the newest written.
    ///
    /// A damaged newest one is put aside, so that it never takes the place of the one before it; one that is too long
    /// to be one of ours is damaged too.
    func load() throws -> Loaded {
        var remarks: [String] = []
        for candidate in [path, previousPath] {
            do {
                guard let bytes = try read(candidate) else { continue }
                var loaded = try parse(bytes)
                if !remarks.isEmpty {
                    loaded.remark = remarks.joined(separator: "; ") + "; \(candidate) is used instead"
                }
                return loaded
            } catch {
                guard Self.isDamage(error) else { throw error }
                remarks.append("\(candidate) is not used: \(ErrorReport.render(error))")
                if candidate == path { try FileIO.rename(path, to: damagedPath) }
            }
        }
        guard !remarks.isEmpty else { return Loaded() }
        remarks.append("containers are left alone until the control plane sends the desired state again")
        return Loaded(remark: remarks.joined(separator: "; "))
    }

    /// Puts intact documents of another node out of the way, as after this machine joined anew; says so in words.
    func setForeignAside() throws -> String? {
        var moved: [String] = []
        for candidate in [path, previousPath] {
            guard try isForeign(candidate) else { continue }
            try FileIO.rename(candidate, to: candidate + ".other-node")
            moved.append(candidate)
        }
        guard !moved.isEmpty else { return nil }
        return "this machine was another node before; its desired state is kept as "
            + moved.map { $0 + ".other-node" }.joined(separator: ", ")
    }

    private func read(_ path: String) throws -> [UInt8]? {
        try FileIO.readIfPresent(path, limitBytes: AgentLimits.storedDocumentBytes)
    }

    /// A disk that does not let a file be read says nothing of the file.
    private static func isDamage(_ error: any Error) -> Bool {
        (error as? LoopFailure).map { $0.code == .tooLarge } ?? true
    }

    private func isForeign(_ path: String) throws -> Bool {
        do {
            guard FileIO.isPresent(path) else { return false }
            let start = try FileIO.readStart(path, limitBytes: AgentLimits.documentHeaderBytes)
            // What names this node is not another's, whatever its checksum says.
            return try isOwn(start) ? false : read(path).map { isForeign($0) } ?? false
        } catch {
            guard Self.isDamage(error) else { throw error }
            return false
        }
    }

    private func isForeign(_ bytes: [UInt8]) -> Bool {
        guard let newline = bytes.firstIndex(of: 0x0A) else { return false }
        return bytes[..<newline].starts(with: Self.checksum(Array(bytes[(newline + 1)...])))
    }

    /// Whether the first line, which is all that is looked at, names this node.
    private func isOwn(_ start: [UInt8]) -> Bool {
        let own = Array(" node=\(nodeID)".utf8)
        return start.prefix { $0 != 0x0A }.suffix(own.count).elementsEqual(own)
    }

    /// Makes a document durable: it is written beside, then the old one becomes the previous one.
    ///
    /// A full disk leaves both as they were, and so does what could not be read again.
    func save(_ document: DesiredStateDocument) throws {
        let body = try sealed(document)
        let bytes = Self.header(body, nodeID) + [0x0A] + body
        guard bytes.count <= AgentLimits.storedDocumentBytes else {
            throw AgentFailure(
                .state, "it has \(bytes.count) bytes, at most \(AgentLimits.storedDocumentBytes) are kept")
        }
        let next = path + ".next"
        try FileIO.writeDurably(next, bytes, mode: 0o600)
        if FileIO.isPresent(path) { try FileIO.rename(path, to: previousPath) }
        try FileIO.rename(next, to: path)
        try FileIO.syncFolder(of: path)
    }

    private func parse(_ bytes: [UInt8]) throws -> Loaded {
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

    /// Under another token the secrets stay closed; they are asked for again.
    private func opened(_ body: [UInt8]) throws -> Loaded {
        let newline = body.firstIndex(of: 0x0A)
        var document = try DesiredStateReader.decode(newline.map { Array(body[..<$0]) } ?? body)
        guard let newline else { return Loaded(document: document) }
        guard let hidden = Base64.decode(String(decoding: body[(newline + 1)...], as: UTF8.self)),
            let plain = key.open(hidden, for: purpose)
        else { return Loaded(document: document, hasClosedSecrets: true) }
        document.secrets = try JSONCoder.decode(DesiredSecrets.self, from: plain)
        return Loaded(document: document)
    }

    private static func header(_ body: [UInt8], _ nodeID: NodeID) -> [UInt8] {
        checksum(body) + Array(" node=\(nodeID)".utf8)
    }

    private static func checksum(_ body: [UInt8]) -> [UInt8] {
        Array("sha256=\(Hex.encode(SHA256.digest(body)))".utf8)
    }
}
