/// A bridge for `Codable` types, for everything that is not hot; no Foundation.
///
/// Member names are the coding keys as they are. A `[String: …]` is written in the order of its keys,
/// so that equal values give equal bytes. Infinities and NaN are refused.
public enum JSONCoder {
    /// Encodes a value as a document.
    public static func encode(_ value: some Encodable, pretty: Bool = false) throws(JSONError) -> [UInt8] {
        if let bytes = direct(value, pretty) { return bytes }
        return try node(of: value).encoded(pretty: pretty)
    }

    /// The document, written while the value is encoded; nil when that needs a tree, or cannot be done at all.
    static func direct(_ value: some Encodable, _ pretty: Bool = false) -> [UInt8]? {
        let output = DirectOutput(pretty: pretty)
        do {
            try DirectEncoder(output: output, place: DirectPlace(depth: 0, serial: 1)).encodeParts(of: value)
        } catch {
            // The tree finds the same error, and knows where.
            return nil
        }
        return output.finished()
    }

    /// Encodes a value as a tree.
    public static func node(of value: some Encodable) throws(JSONError) -> JSONNode {
        let slot = EncodingSlot()
        do {
            try SlotEncoder(slot: slot, codingPath: []).encode(value)
        } catch let error as JSONError {
            throw error
        } catch {
            throw JSONError(.invalidValue, String(describing: error))
        }
        guard !slot.isEmpty else { throw JSONError(.invalidValue, "the value encoded nothing") }
        return slot.finish()
    }

    /// Decodes a value from a document; errors say the member's path, line and column.
    public static func decode<T: Decodable>(
        _ type: T.Type = T.self, from bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> T {
        try decode(type, from: try JSONNode.parse(bytes, limits: limits), source: bytes)
    }

    /// Decodes a value from a tree; `source`, when given, is the document that the tree's offsets are for.
    public static func decode<T: Decodable>(
        _ type: T.Type = T.self, from node: JSONNode, source: [UInt8]? = nil
    ) throws(JSONError) -> T {
        do {
            return try NodeDecoder(node: node, place: nil).decode(type)
        } catch let error as JSONError {
            guard let source else { throw error }
            throw error.located(in: source)
        } catch {
            throw JSONError(.invalidValue, String(describing: error), offset: node.offset)
        }
    }
}
