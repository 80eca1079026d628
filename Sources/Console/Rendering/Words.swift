import Model

/// How single values read in a table.
enum Words {
    static func text(_ value: String?) -> String {
        guard let value, !value.isEmpty else { return "-" }
        return value
    }

    /// `12s`, `3m`, `5h`, `9d` ago, or `-`.
    static func age(_ time: Timestamp?, now: Timestamp) -> String {
        guard let time else { return "-" }
        return duration(seconds: max(0, (now.milliseconds - time.milliseconds) / 1000))
    }

    /// `12s`, `3m`, `5h`, `9d`.
    static func duration(seconds: Int64) -> String {
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<7200: return "\(seconds / 60)m"
        case ..<172_800: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }

    /// `1 replica`, `2 replicas`.
    static func replicas(_ count: Int) -> String { counted(count, "replica") }

    /// `1 restart`, `2 restarts`.
    static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

    static func pairs(_ pairs: [String: String]) -> String {
        text(pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","))
    }

    static func capacity(_ capacity: Capacity?) -> String {
        var words: [String] = []
        if let cpu = capacity?.cpuMillis { words.append("cpu=\(cpu)m") }
        if let memory = capacity?.memoryBytes { words.append("mem=\(bytes(memory))") }
        return text(words.joined(separator: ","))
    }

    /// Binary units with one decimal where it says more.
    static func bytes(_ count: Int64) -> String {
        var unit = 0
        var scaled = count
        var rest: Int64 = 0
        let names = ["B", "KiB", "MiB", "GiB", "TiB"]
        while scaled >= 1024, unit < names.count - 1 {
            rest = scaled % 1024
            scaled /= 1024
            unit += 1
        }
        let tenth = rest * 10 / 1024
        return tenth == 0 || scaled >= 100 ? "\(scaled)\(names[unit])" : "\(scaled).\(tenth)\(names[unit])"
    }

    /// The first eight digits, enough to tell objects apart on a screen.
    static func short<Tag>(_ id: Identifier<Tag>?) -> String {
        id.map { String($0.description.prefix(8)) } ?? "-"
    }

    /// Where clients reach a replica: what its node or its ports say, else the node's name and port.
    static func endpoints(_ instance: InstanceView) -> String {
        guard instance.endpoints.isEmpty else { return instance.endpoints.joined(separator: ",") }
        return text(
            instance.ports.compactMap { port in
                guard let number = port.hostPort else { return nil }
                let isAnywhere = ["0.0.0.0", "::"].contains(port.hostIP ?? "::")
                guard let host = isAnywhere ? instance.nodeName : port.hostIP else { return nil }
                return host.contains(":" as Character) ? "[\(host)]:\(number)" : "\(host):\(number)"
            }.joined(separator: ","))
    }

    /// Lines of at most so many characters, broken at blanks; a longer word keeps a line of its own.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " " as Character) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }

    static func ports(_ ports: [PortMapping]) -> String {
        text(
            ports.map { port in
                let host = port.hostPort.map { "\(port.hostIP.map { "\($0):" } ?? "")\($0)->" } ?? ""
                return "\(host)\(port.containerPort)/\(port.transport)"
            }.joined(separator: ","))
    }
}
