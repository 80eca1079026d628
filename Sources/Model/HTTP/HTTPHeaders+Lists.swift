extension HTTPHeaders {
    /// The comma-separated members of every field of that name, in order, trimmed and in lower case.
    public func members(_ name: String) -> [String] {
        var members: [String] = []
        for value in all(name) {
            for part in value.utf8.split(separator: UInt8(ascii: ",")) {
                let trimmed = HTTPToken.trimmed(part)
                if !trimmed.isEmpty {
                    members.append(String(decoding: trimmed.map(HTTPToken.lowercased), as: UTF8.self))
                }
            }
        }
        return members
    }

    /// True when a list-valued field such as `Connection` has that member; `member` is given in lower case.
    public func lists(_ member: String, in name: String) -> Bool {
        contains(name) && members(name).contains(member)
    }
}
