import Model
import NodeCore

/// The live files of a container's configs: what is written, and what its program has read of it.
struct ContainerFiles {
    /// What one file holds.
    struct File: Hashable {
        var config: ConfigID
        var content: [UInt8]
        /// Whether its program is to be told of another content.
        var isSignalled: Bool
    }

    /// The versions of configs with live files that the container was made with, as its label names them.
    private(set) var made: [ConfigReference] = []
    /// By path.
    private(set) var written: [String: File] = [:]
    private(set) var read: [String: File] = [:]
    /// Whether what is written is still to be told: on disk before the files are.
    var isToBeTold = false

    /// The files of a container that is made for a replica; they are written when it starts.
    init(_ replica: DesiredReplica? = nil, _ document: DesiredStateDocument? = nil) {
        guard let replica, let document else { return }
        made = replica.configs.compactMap { reference in
            document.configs.first { $0.reference == reference && $0.content.isLive }?.made
        }
    }

    /// What a replica's live files are to hold.
    static func wished(_ replica: DesiredReplica, _ configs: [DesiredConfig]) -> [String: File] {
        var files: [String: File] = [:]
        for reference in replica.configs {
            for config in configs where config.reference == reference && config.content.isLive {
                files.merge(Self.files(of: config)) { $1 }
            }
        }
        return files
    }

    private static func files(of config: DesiredConfig) -> [String: File] {
        var files: [String: File] = [:]
        for file in config.content.files where file.reload.isLive {
            guard case .content(let bytes) = file.source else { continue }
            files[file.path] = File(
                config: config.reference.configID, content: bytes, isSignalled: file.reload != .none)
        }
        return files
    }

    /// What a document has for the container of a replica: what that replica names, else what is there already, else
    /// whatever else its container could have been made with; nil where there is nothing of that.
    ///
    /// What the replica names is for the container that it is to run as, and for no other: `replica` is nil then.
    func due(_ document: DesiredStateDocument, for replica: DesiredReplica?) -> [String: File]? {
        var files: [String: File] = [:]
        let named = replica?.configs ?? []
        for version in made {
            let candidates = document.configs.filter { $0.made == version }
            let present = written.filter { $0.value.config == version.configID }
            if let own = candidates.first(where: { named.contains($0.reference) }) {
                files.merge(Self.files(of: own)) { $1 }
            } else if !present.isEmpty {
                files.merge(present) { $1 }
            } else if let other = candidates.first {
                files.merge(Self.files(of: other)) { $1 }
            } else {
                return nil
            }
        }
        return files
    }

    mutating func write(_ files: [String: File]) { written = files }

    /// The program starts, or hears that it is to read anew.
    mutating func wereRead() {
        read = written
        isToBeTold = false
    }

    /// A machine that was off has no such files any more: they were in memory.
    mutating func wereLost() {
        written = [:]
        isToBeTold = false
    }

    /// Whether it is all written, and read where the program is to be told.
    func hold(_ files: [String: File]) -> Bool {
        files.allSatisfy { path, file in
            written[path] == file && (!file.isSignalled || read[path] == file)
        }
    }

    /// What is missing, for people.
    func words(_ files: [String: File]) -> String {
        func word(_ file: File?) -> String {
            file.map { String(decoding: $0.content, as: UTF8.self) } ?? "nothing"
        }
        return files.sorted { $0.key < $1.key }.map { path, file in
            "\(path) is to be \(word(file)), is \(word(written[path])), read as \(word(read[path]))"
        }.joined(separator: ", ")
    }
}
