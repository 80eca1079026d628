/// The coding key of an array element, or `super`.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }

    /// The key under which a class keeps what its superclass encodes.
    static let superclass = PathKey(stringValue: "super")
}

/// Where a value stands in its tree: a chain towards the root, which becomes a path only when somebody asks for it.
final class CodingPlace {
    private let key: any CodingKey
    private let outer: CodingPlace?

    init(_ key: any CodingKey, in outer: CodingPlace?) {
        self.key = key
        self.outer = outer
    }

    var path: [any CodingKey] {
        var keys = [key]
        var next = outer
        while let place = next {
            keys.append(place.key)
            next = place.outer
        }
        return keys.reversed()
    }
}

/// The text of coding paths in errors.
enum CodingPath {
    /// A path like `ports[0].host_port`.
    static func text(_ path: [any CodingKey]) -> String {
        var text = ""
        for key in path {
            if let index = (key as? PathKey)?.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
        return text
    }
}
