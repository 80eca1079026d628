/// Encodes one value into bytes; also its own single-value container.
struct DirectEncoder: Encoder {
    let output: DirectOutput
    let place: DirectPlace

    /// Not kept: an error is found anew, with its path, when the value is encoded as a tree.
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        output.open(object: true, place)
        return KeyedEncodingContainer(DirectKeyedEncoder(output: output, place: place))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        output.open(object: false, place)
        return DirectUnkeyedEncoder(output: output, place: place)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// Encodes a value that may have containers of its own, and ends it.
    func encodeWhole<T: Encodable>(_ value: T) throws {
        try encodeParts(of: value)
        output.end(place)
    }

    /// Encodes a value as far as it encodes itself.
    func encodeParts<T: Encodable>(of value: T) throws {
        if let dictionary = value as? any SortedMembers {
            try dictionary.encodeSorted(to: self)
        } else {
            try value.encode(to: self)
        }
    }
}

extension DirectEncoder: SingleValueEncodingContainer {
    func encodeNil() { output.scalar(place) { $0.null() } }
    func encode(_ value: Bool) { output.scalar(place) { $0.value(value) } }
    func encode(_ value: String) { output.scalar(place) { $0.value(value) } }
    func encode(_ value: Int) { output.scalar(place) { $0.value(Int64(value)) } }
    func encode(_ value: Int8) { output.scalar(place) { $0.value(Int64(value)) } }
    func encode(_ value: Int16) { output.scalar(place) { $0.value(Int64(value)) } }
    func encode(_ value: Int32) { output.scalar(place) { $0.value(Int64(value)) } }
    func encode(_ value: Int64) { output.scalar(place) { $0.value(value) } }
    func encode(_ value: UInt) { output.scalar(place) { $0.value(UInt64(value)) } }
    func encode(_ value: UInt8) { output.scalar(place) { $0.value(UInt64(value)) } }
    func encode(_ value: UInt16) { output.scalar(place) { $0.value(UInt64(value)) } }
    func encode(_ value: UInt32) { output.scalar(place) { $0.value(UInt64(value)) } }
    func encode(_ value: UInt64) { output.scalar(place) { $0.value(value) } }

    func encode(_ value: Double) {
        guard value.isFinite else { return output.lose() }
        output.scalar(place) { $0.value(value) }
    }

    func encode(_ value: Float) {
        guard value.isFinite else { return output.lose() }
        output.scalar(place) { $0.raw(value.description.utf8) }
    }

    /// A tree as it is.
    func put(_ node: JSONNode) { output.scalar(place) { $0.value(node) } }

    func encode<T: Encodable>(_ value: T) throws { try encodeWhole(value) }
}

/// The dictionaries that become objects; hashing would give them a new order in every process.
private protocol SortedMembers {
    func encodeSorted(to encoder: DirectEncoder) throws
}

extension Dictionary: SortedMembers where Key == String, Value: Encodable {
    fileprivate func encodeSorted(to encoder: DirectEncoder) throws {
        let (output, place) = (encoder.output, encoder.place)
        output.open(object: true, place)
        for key in keys.sorted() {
            guard let value = self[key] else { continue }
            let member = output.member(key, of: place)
            try DirectEncoder(output: output, place: member).encodeWhole(value)
        }
    }
}
