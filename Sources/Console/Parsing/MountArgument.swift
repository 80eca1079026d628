import JSON

/// Flags whose parts are paths separated by colons.
enum MountArgument {
    /// `/on/node:/in/container[:ro|rw]`.
    static func volume(_ text: String) throws -> JSONNode {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard (2...3).contains(parts.count), parts[0].hasPrefix("/"), parts[1].hasPrefix("/"),
            parts.count == 2 || parts[2] == "ro" || parts[2] == "rw"
        else {
            throw ConsoleFailure(.usage, "--volume '\(text)': /on/node:/in/container[:ro] is expected")
        }
        var members = [
            JSONMember(key: "host_path", value: .string(parts[0])),
            JSONMember(key: "container_path", value: .string(parts[1])),
        ]
        if parts.last == "ro" { members.append(JSONMember(key: "read_only", value: .bool(true))) }
        return .object(members)
    }

    /// `/dev/x[:/dev/y[:rwm]]`.
    static func device(_ text: String) throws -> JSONNode {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), parts[0].hasPrefix("/") else {
            throw ConsoleFailure(.usage, "--device '\(text)': /dev/x[:/dev/y[:rwm]] is expected")
        }
        let keys = ["host_path", "container_path", "permissions"]
        return .object(zip(keys, parts).map { JSONMember(key: $0, value: .string($1)) })
    }

    /// `/path[:size=BYTES][,mode=1777]`.
    static func memoryFolder(_ text: String) throws -> JSONNode {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var members = [JSONMember(key: "path", value: .string(String(parts[0])))]
        for option in parts.count > 1 ? parts[1].split(separator: ",") : [] {
            if option.hasPrefix("size="), let size = Int64(option.dropFirst(5)) {
                members.append(JSONMember(key: "size_bytes", value: .integer(size)))
            } else if option.hasPrefix("mode=") {
                members.append(JSONMember(key: "mode", value: .string(String(option.dropFirst(5)))))
            } else {
                throw ConsoleFailure(
                    .usage,
                    "--tmpfs '\(text)': /path, /path:size=BYTES or /path:size=BYTES,mode=1777 is expected")
            }
        }
        return .object(members)
    }
}
