extension JSONNode: Codable {
    /// Takes the node as it is; only ``JSONCoder`` can decode one.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? NodeDecoder else {
            throw JSONError(.invalidValue, "a JSONNode can be decoded only by JSONCoder")
        }
        self = decoder.node
    }

    /// Puts the node in as it is; only ``JSONCoder`` can encode one.
    public func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? DirectEncoder { return encoder.put(self) }
        guard let encoder = encoder as? SlotEncoder else {
            throw JSONError(.invalidValue, "a JSONNode can be encoded only by JSONCoder")
        }
        encoder.slot.set(self)
    }
}

extension JSONNumber: Codable {
    /// Takes the number's exact text; only ``JSONCoder`` can decode one.
    public init(from decoder: any Decoder) throws {
        let node = try JSONNode(from: decoder)
        guard let number = node.numberValue else {
            throw JSONError(
                .typeMismatch, "expected a number, found \(node.kind.phrase)", offset: node.offset)
        }
        self = number
    }

    /// Puts the number's exact text in; only ``JSONCoder`` can encode one.
    public func encode(to encoder: any Encoder) throws {
        try JSONNode.number(self).encode(to: encoder)
    }
}
