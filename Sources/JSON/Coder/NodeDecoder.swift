/// Decodes one node of a tree; also its own single-value container.
struct NodeDecoder: Decoder {
    let node: JSONNode
    let place: CodingPlace?
    var codingPath: [any CodingKey] { place?.path ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = node.objectValue else { throw mismatch(.object) }
        return KeyedDecodingContainer(KeyedNodeDecoder(decoder: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = node.arrayValue else { throw mismatch(.array) }
        return UnkeyedNodeDecoder(decoder: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// The decoder of a member or element.
    func child(_ node: JSONNode, _ key: some CodingKey) -> NodeDecoder {
        NodeDecoder(node: node, place: CodingPlace(key, in: place))
    }

    /// An error about this node.
    func failure(_ code: JSONError.Code, _ message: String) -> JSONError {
        JSONError(code, message, offset: node.offset, path: CodingPath.text(codingPath))
    }

    /// The error for a node of another kind.
    func mismatch(_ wanted: JSONKind) -> JSONError {
        failure(.typeMismatch, "expected \(wanted.phrase), found \(node.kind.phrase)")
    }

    func integer<T: FixedWidthInteger>() throws -> T {
        guard let number = node.numberValue else { throw mismatch(.number) }
        guard let value = number.integer(T.self) else {
            throw failure(.numberRange, "number \(number.text) does not fit \(T.self)")
        }
        return value
    }

    /// What a type's own `init(from:)` throws becomes an error with this node's place.
    func translated(_ error: any Error) -> JSONError {
        switch error {
        case let error as JSONError: error
        case let error as DecodingError: translated(error)
        default: failure(.invalidValue, String(describing: error))
        }
    }

    private func translated(_ error: DecodingError) -> JSONError {
        switch error {
        case .dataCorrupted(let context): failure(.invalidValue, context)
        case .typeMismatch(_, let context), .valueNotFound(_, let context): failure(.typeMismatch, context)
        case .keyNotFound(_, let context): failure(.missingKey, context)
        @unknown default: failure(.invalidValue, String(describing: error))
        }
    }

    /// An error at the node that the context's path names, as far as that node can be found below this one.
    private func failure(_ code: JSONError.Code, _ context: DecodingError.Context) -> JSONError {
        var place = self
        for key in context.codingPath.dropFirst(codingPath.count) {
            let next = (key as? PathKey)?.intValue.map { place.node[$0] } ?? place.node[key.stringValue]
            guard let next else { break }
            place = place.child(next, key)
        }
        return place.failure(code, context.debugDescription)
    }
}

extension NodeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { node.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let value = node.boolValue else { throw mismatch(.bool) }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard let value = node.stringValue else { throw mismatch(.string) }
        return value
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let number = node.numberValue else { throw mismatch(.number) }
        guard let value = number.double else {
            throw failure(.numberRange, "number \(number.text) is too large")
        }
        return value
    }

    func decode(_ type: Float.Type) throws -> Float {
        let value = Float(try decode(Double.self))
        guard value.isFinite else { throw failure(.numberRange, "number does not fit Float") }
        return value
    }

    func decode(_ type: Int.Type) throws -> Int { try integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        do {
            return try T(from: self)
        } catch {
            throw translated(error)
        }
    }
}
