internal import EventLoop
internal import Model

/// Where this node keeps the secrets that declarations name: the agent's own environment, else a folder of files.
struct SecretSource: Sendable {
    /// A file a secret.
    var folder: String
    /// What the names of variables begin with.
    var prefix: String
    /// Variables of the agent's environment, by the secret's name.
    var values: [String: Redacted<String>]

    /// A secret's content; nil when this node does not have it; blocks.
    ///
    /// It is read anew each time, so that a changed secret counts from a container's next start. A control plane names
    /// secrets, and may be anybody's by now: a name is one file of the folder, never a way out of it. The file itself
    /// may be a link: who keeps secrets there is trusted, and systems that renew them swap links.
    func read(_ name: String) throws -> [UInt8]? {
        if let fault = SecretName.fault(name) {
            throw PreparationFailure(reasons: ["its name is not taken: it \(fault)"])
        }
        if let value = values[name] { return Array(value.revealed.utf8) }
        return try FileIO.readRegularIfPresent("\(folder)/\(name)", limitBytes: AgentLimits.secretBytes)
    }

    /// As `read`; what is missing or unreadable is a fault unless it is optional and missing.
    func content(_ name: String, optional: Bool, _ faults: inout [String]) -> [UInt8]? {
        do {
            if let bytes = try read(name) { return bytes }
            if !optional { faults.append(missing(name)) }
        } catch {
            faults.append("secret '\(name)' cannot be read: \(ErrorReport.render(error))")
        }
        return nil
    }

    /// `KEY=value` of every variable that has its secret; a line's end at the end of a file is not part of it.
    func environment(_ variables: [SecretVariable], _ faults: inout [String]) -> [String: String] {
        var result: [String: String] = [:]
        for variable in variables {
            guard var bytes = content(variable.secret, optional: variable.optional, &faults) else { continue }
            if bytes.last == 0x0A { bytes.removeLast() }
            if bytes.last == 0x0D { bytes.removeLast() }
            guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self),
                bytes.count <= AgentLimits.secretVariableBytes
            else {
                faults.append(
                    "secret '\(variable.secret)' cannot be the variable \(variable.name): text of at most "
                        + "\(AgentLimits.secretVariableBytes) bytes is expected")
                continue
            }
            result[variable.name] = text
        }
        return result
    }

    private func missing(_ name: String) -> String {
        "secret '\(name)' is missing on this node: there is no file \(folder)/\(name) and no variable "
            + "\(prefix)\(name) in the agent's environment"
    }
}

extension SecretSource {
    /// Takes the variables that begin with the prefix.
    init(folder: String, prefix: String, environment: [String: String]) {
        self.folder = folder
        self.prefix = prefix
        values = [:]
        for (key, value) in environment where key.hasPrefix(prefix) && key.utf8.count > prefix.utf8.count {
            values[String(key.dropFirst(prefix.count))] = Redacted(value)
        }
    }
}
