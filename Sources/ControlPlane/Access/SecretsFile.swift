import EventLoop
import Model

/// The file beside the database with what was generated because nobody set it.
///
/// `KEY=value` lines, mode 0600, so that it also serves as an environment file.
struct SecretsFile {
    static let keys = ["FLEDX_CP_TOKENS_PEPPER", "FLEDX_CP_REGISTRATION_TOKEN", "FLEDX_CP_OPERATOR_TOKENS"]

    let path: String
    private(set) var values: [String: Redacted<String>] = [:]

    /// Reads the file; one that does not exist holds nothing.
    init(beside database: String) throws(StartFailure) {
        path = "\(database).secrets"
        let bytes: [UInt8]?
        do {
            bytes = try FileIO.readIfPresent(path, limitBytes: ControlPlaneLimits.secretsFileBytes)
        } catch {
            throw StartFailure("cannot read \(path)", cause: error)
        }
        for line in (bytes ?? []).split(separator: UInt8(ascii: "\n")) { try take(line) }
    }

    mutating func set(_ key: String, _ value: Redacted<String>) { values[key] = value }

    /// Writes the file so that it survives a crash, readable by nobody else.
    func write() throws(StartFailure) {
        var text =
            "# Secrets of the fledx control plane, generated because the environment did not set them.\n"
        for key in Self.keys {
            if let value = values[key] { text += "\(key)=\(value.revealed)\n" }
        }
        do {
            try FileIO.writeDurably(path, Array(text.utf8), mode: 0o600)
        } catch {
            throw StartFailure("cannot write \(path)", cause: error)
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) throws(StartFailure) {
        let line = HTTPToken.trimmed(line)
        guard let first = line.first, first != UInt8(ascii: "#") else { return }
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
            throw StartFailure("\(path) has a line that is no KEY=value")
        }
        let key = String(decoding: line[..<equals], as: UTF8.self)
        guard Self.keys.contains(key) else { throw StartFailure("\(path) has the unknown key \(key)") }
        values[key] = Redacted(String(decoding: line[(equals + 1)...], as: UTF8.self))
    }
}
