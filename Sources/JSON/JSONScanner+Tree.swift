extension JSONScanner {
    /// Reads the value that starts here as a tree; recursion is bounded by the depth limit.
    mutating func parseValue() throws(JSONError) -> JSONNode {
        let byte = try peekExpecting("a value")
        let offset = at
        switch JSONKind(startingWith: byte) {
        case .object: return JSONNode(.object(try parseMembers()), offset: offset)
        case .array: return JSONNode(.array(try parseElements()), offset: offset)
        case .string: return JSONNode(.string(string(try scanString())), offset: offset)
        case .number:
            let token = try scanNumber()
            return JSONNode(.number(JSONNumber(checked: text(token))), offset: offset)
        case .bool: return JSONNode(.bool(try scanBool()), offset: offset)
        case .null:
            try scanLiteral("null")
            return JSONNode(.null, offset: offset)
        case nil: throw unexpected("a value")
        }
    }

    private mutating func parseElements() throws(JSONError) -> [JSONNode] {
        try open()
        var elements: [JSONNode] = []
        if try peekExpecting("a value or ']'") == Byte.closeBracket {
            close()
            return elements
        }
        while true {
            elements.append(try parseValue())
            let next = try peekExpecting("',' or ']'")
            if next == Byte.closeBracket { break }
            guard next == Byte.comma else { throw unexpected("',' or ']'") }
            at += 1
        }
        close()
        return elements
    }

    private mutating func parseMembers() throws(JSONError) -> [JSONMember] {
        try open()
        var members: [JSONMember] = []
        var keys = KeySet()
        if try peekExpecting("a key or '}'") == Byte.closeBrace {
            close()
            return members
        }
        while true {
            let member = try parseMember()
            guard keys.insert(member.key, into: members) else {
                throw failure(.duplicateKey, "duplicate key \"\(member.key)\"", at: member.keyOffset)
            }
            members.append(member)
            let next = try peekExpecting("',' or '}'")
            if next == Byte.closeBrace { break }
            guard next == Byte.comma else { throw unexpected("',' or '}'") }
            at += 1
        }
        close()
        return members
    }

    private mutating func parseMember() throws(JSONError) -> JSONMember {
        guard try peekExpecting("a key") == Byte.quote else { throw unexpected("a key") }
        let offset = at
        let key = string(try scanString())
        try expect(Byte.colon, "':'")
        return JSONMember(key: key, value: try parseValue(), keyOffset: offset)
    }
}

/// The keys an object has had so far: compared one by one at first, hashed when they are many.
///
/// Keys that differ only in how they compose characters count as equal, as they would in any `[String: …]`.
private struct KeySet {
    private var hashed: Set<String> = []

    /// Whether the key is new; `members` are those that came before.
    mutating func insert(_ key: String, into members: [JSONMember]) -> Bool {
        guard members.count >= JSONLimits.linearKeys else {
            for member in members where member.key == key { return false }
            return true
        }
        if hashed.isEmpty { hashed = Set(members.map(\.key)) }
        return hashed.insert(key).inserted
    }
}
