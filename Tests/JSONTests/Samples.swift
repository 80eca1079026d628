import JSON

/// Documents and helpers that several suites share.
enum Samples {
    /// One of everything the grammar has.
    static let everything = #"""
        {"a":[1,-0,2.5e-3,1E+2,true,false,null,"x",{}, []],
         "text":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00 é😀",
         "nested":{"deep":{"deeper":[[[{"k":"v"}]]]}} , "n":9223372036854775807 }
        """#

    /// A message like those an agent sends every few seconds.
    static var heartbeat: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("node_id", "6f1c2a30-54e4-4a1b-9c0d-0e1f2a3b4c5d")
        writer.field("sequence", Int64(123_456))
        writer.field("load", 0.73)
        writer.field("ready", true)
        writer.key("instances")
        writer.beginArray()
        for index in 0..<5 {
            writer.beginObject()
            writer.field("name", "web-\(index)")
            writer.field("memory_bytes", UInt64(73_400_320 + index))
            writer.field("ports", [UInt16(8080 + index), 443])
            writer.key("error")
            writer.null()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The error of parsing these bytes, or nil when they are accepted.
    static func refusal(_ bytes: [UInt8], limits: JSONLimits = .standard) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONNode.parse(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    /// The error of walking these bytes with the pull reader, or nil when they are accepted.
    static func readerRefusal(_ bytes: [UInt8], limits: JSONLimits = .standard) -> JSONError? {
        do throws(JSONError) {
            var reader = try JSONReader(bytes, limits: limits)
            try reader.skipValue()
            try reader.end()
            return nil
        } catch {
            return error
        }
    }
}
