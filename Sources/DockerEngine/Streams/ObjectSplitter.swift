/// Cuts a stream of JSON objects, with or without white space between them, into single objects.
///
/// It follows braces and strings only; whether an object is valid its reader finds out.
struct ObjectSplitter {
    /// Why a stream cannot be cut.
    enum Refusal: Error, Equatable {
        case tooLarge
        case notAnObject
    }

    private let limit: Int
    private var object: [UInt8] = []
    private var depth = 0
    private var inString = false
    private var isEscaped = false

    init(limit: Int = DockerLimits.objectBytes) { self.limit = limit }

    /// Whether an object has begun and not ended.
    var isInside: Bool { depth > 0 }

    /// Takes the next bytes and gives the objects they complete.
    mutating func push(_ bytes: [UInt8]) throws(Refusal) -> [[UInt8]] {
        var objects: [[UInt8]] = []
        var start = 0
        for index in bytes.indices {
            let byte = bytes[index]
            if depth == 0 {
                if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { continue }
                guard byte == 0x7B else { throw .notAnObject }
                (depth, start) = (1, index)
                continue
            }
            guard follow(byte) else { continue }
            object += bytes[start...index]
            guard object.count <= limit else { throw .tooLarge }
            objects.append(object)
            object = []
        }
        if depth > 0 { object += bytes[start...] }
        guard object.count <= limit else { throw .tooLarge }
        return objects
    }

    /// Whether this byte ends the object.
    private mutating func follow(_ byte: UInt8) -> Bool {
        if inString {
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                inString = false
            }
            return false
        }
        switch byte {
        case 0x22: inString = true
        case 0x7B, 0x5B: depth += 1
        case 0x7D, 0x5D:
            depth -= 1
            return depth == 0
        default: break
        }
        return false
    }
}
