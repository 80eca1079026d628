/// Encodes one value into a slot; also its own single-value container.
struct SlotEncoder: Encoder {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeObject()
        return KeyedEncodingContainer(KeyedSlotEncoder(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeArray()
        return UnkeyedSlotEncoder(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// An error about this value.
    private func failure(_ code: JSONError.Code, _ message: String) -> JSONError {
        JSONError(code, message, path: CodingPath.text(codingPath))
    }

    private func translated(_ error: any Error) -> JSONError {
        if let error = error as? JSONError { return error }
        guard case EncodingError.invalidValue(_, let context) = error else {
            return failure(.invalidValue, String(describing: error))
        }
        return JSONError(.invalidValue, context.debugDescription, path: CodingPath.text(context.codingPath))
    }
}

extension SlotEncoder: SingleValueEncodingContainer {
    func encodeNil() { slot.set(.null) }
    func encode(_ value: Bool) { slot.set(.bool(value)) }
    func encode(_ value: String) { slot.set(.string(value)) }

    func encode(_ value: Double) throws {
        guard let number = JSONNumber(value) else {
            throw failure(.numberRange, "\(value) is not a JSON number")
        }
        slot.set(.number(number))
    }

    func encode(_ value: Float) throws {
        guard value.isFinite, let number = JSONNumber(value.description) else {
            throw failure(.numberRange, "\(value) is not a JSON number")
        }
        slot.set(.number(number))
    }

    func encode(_ value: Int) { slot.set(.integer(value)) }
    func encode(_ value: Int8) { slot.set(.integer(value)) }
    func encode(_ value: Int16) { slot.set(.integer(value)) }
    func encode(_ value: Int32) { slot.set(.integer(value)) }
    func encode(_ value: Int64) { slot.set(.integer(value)) }
    func encode(_ value: UInt) { slot.set(.integer(value)) }
    func encode(_ value: UInt8) { slot.set(.integer(value)) }
    func encode(_ value: UInt16) { slot.set(.integer(value)) }
    func encode(_ value: UInt32) { slot.set(.integer(value)) }
    func encode(_ value: UInt64) { slot.set(.integer(value)) }

    func encode<T: Encodable>(_ value: T) throws {
        do {
            try value.encode(to: self)
        } catch {
            throw translated(error)
        }
        if value is any StringKeyedDictionary { slot.sortMembers() }
    }
}

/// Marks the dictionaries that become objects; hashing would give them a new order in every process.
private protocol StringKeyedDictionary {}

extension Dictionary: StringKeyedDictionary where Key == String {}
