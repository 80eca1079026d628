/// Decodes the members of an object.
struct KeyedNodeDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoder: NodeDecoder
    private let members: [JSONMember]
    /// Where each key is, for objects too large to be searched.
    private let places: [String: Int]

    init(decoder: NodeDecoder, members: [JSONMember]) {
        self.decoder = decoder
        self.members = members
        let large = members.count > JSONLimits.linearKeys
        places =
            large
            ? Dictionary(
                members.indices.map { (members[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
            : [:]
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }
    func contains(_ key: Key) -> Bool { find(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try member(key).isNull }

    private func find(_ name: String) -> JSONNode? {
        guard places.isEmpty else { return places[name].map { members[$0].value } }
        for member in members where member.key == name { return member.value }
        return nil
    }

    /// A member that must be there.
    private func member(_ key: some CodingKey) throws -> JSONNode {
        guard let node = find(key.stringValue) else {
            throw JSONError(
                .missingKey, "missing key \"\(key.stringValue)\"", offset: decoder.node.offset,
                path: CodingPath.text(codingPath + [key]))
        }
        return node
    }

    /// A member that is there and not null.
    private func memberIfPresent(_ key: Key) -> JSONNode? {
        guard let node = find(key.stringValue), !node.isNull else { return nil }
        return node
    }

    /// The decoder of a member that must be there.
    private func child(_ key: some CodingKey) throws -> NodeDecoder {
        decoder.child(try member(key), key)
    }

    // Plain values are read without a decoder of their own, which is needed for their errors only.

    private func text(_ node: JSONNode, _ key: Key) throws -> String {
        guard let value = node.stringValue else { throw decoder.child(node, key).mismatch(.string) }
        return value
    }

    private func truth(_ node: JSONNode, _ key: Key) throws -> Bool {
        guard let value = node.boolValue else { throw decoder.child(node, key).mismatch(.bool) }
        return value
    }

    private func integer<T: FixedWidthInteger>(_ node: JSONNode, _ key: Key) throws -> T {
        guard let value = node.numberValue?.integer(T.self) else {
            return try decoder.child(node, key).integer()
        }
        return value
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try truth(member(key), key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try text(member(key), key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try child(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try child(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try integer(member(key), key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try integer(member(key), key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try integer(member(key), key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try integer(member(key), key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try integer(member(key), key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try integer(member(key), key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try integer(member(key), key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try integer(member(key), key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try integer(member(key), key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try integer(member(key), key) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try child(key).decode(type) }

    // The library's own would look a member up three times.

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try memberIfPresent(key).map { try truth($0, key) }
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try memberIfPresent(key).map { try text($0, key) }
    }

    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try memberIfPresent(key).map { try integer($0, key) }
    }

    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try memberIfPresent(key).map { try integer($0, key) }
    }

    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
        try memberIfPresent(key).map { try integer($0, key) }
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try memberIfPresent(key).map { try decoder.child($0, key).decode(type) }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try child(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try child(PathKey.superclass) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}
