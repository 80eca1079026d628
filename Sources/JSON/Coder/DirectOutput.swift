/// Bytes of a document that grow while its value is encoded, without a tree between.
///
/// Values come in the order in which they stand, as they nearly always do. Where one does not (a container that is
/// written to after a later one was begun, a member that comes twice, an encoder for a superclass) the output is given
/// up, and the value is encoded anew as a tree.
final class DirectOutput {
    /// A container that is open.
    private struct Level {
        let serial: Int
        let isObject: Bool
        var count = 0
        /// Where the names of an object's members begin in `names`.
        let firstName: Int
        /// One bit for some of what names have in common; a name whose bit is not set has not been there.
        var seen: UInt64 = 0
    }

    private var writer: JSONWriter
    private var levels: [Level] = []
    private var names: [String] = []
    private var lastSerial = 1
    /// The value that has to come next; 0 while none has.
    private var pending = 1
    /// Whether it was given up.
    private(set) var isLost = false

    init(pretty: Bool) {
        writer = JSONWriter(reserving: 512, pretty: pretty)
        levels.reserveCapacity(8)
    }

    /// The document, when all of it could be written.
    func finished() -> [UInt8]? {
        guard !isLost, pending == 0 else { return nil }
        close(to: 0)
        return writer.bytes
    }

    /// Gives up.
    func lose() { isLost = true }

    /// Opens the container of a value, or goes on with it.
    func open(object isObject: Bool, _ place: DirectPlace) {
        guard !isLost else { return }
        if levels.count > place.depth {
            guard levels[place.depth].serial == place.serial, levels[place.depth].isObject == isObject,
                pending == 0
            else { return lose() }
            return close(to: place.depth + 1)
        }
        guard levels.count == place.depth, pending == place.serial else { return lose() }
        pending = 0
        isObject ? writer.beginObject() : writer.beginArray()
        levels.append(Level(serial: place.serial, isObject: isObject, firstName: names.count))
    }

    /// Writes a scalar value.
    @inline(__always)
    func scalar(_ place: DirectPlace, _ write: (inout JSONWriter) -> Void) {
        guard !isLost else { return }
        guard levels.count == place.depth, pending == place.serial else { return lose() }
        pending = 0
        write(&writer)
    }

    /// Begins a member of an object.
    func member(_ name: String, of object: DirectPlace) -> DirectPlace {
        guard goOn(object) else { return object }
        note(name, at: object.depth)
        writer.key(name)
        return next(in: object)
    }

    /// Begins an element of an array.
    func element(of array: DirectPlace) -> DirectPlace {
        guard goOn(array) else { return array }
        levels[array.depth].count += 1
        return next(in: array)
    }

    /// Ends a value that was encoded; what encoded nothing is an empty object.
    func end(_ place: DirectPlace) {
        guard !isLost else { return }
        if pending == place.serial { open(object: true, place) }
        close(to: place.depth)
    }

    /// How many elements an array has.
    func count(_ array: DirectPlace) -> Int { levels.count > array.depth ? levels[array.depth].count : 0 }

    /// Whether the container is the innermost one again.
    private func goOn(_ container: DirectPlace) -> Bool {
        guard !isLost else { return false }
        guard pending == 0, levels.count > container.depth,
            levels[container.depth].serial == container.serial
        else {
            lose()
            return false
        }
        close(to: container.depth + 1)
        return true
    }

    private func next(in container: DirectPlace) -> DirectPlace {
        lastSerial += 1
        pending = lastSerial
        return DirectPlace(depth: container.depth + 1, serial: lastSerial)
    }

    private func note(_ name: String, at depth: Int) {
        let bit = Self.bit(of: name)
        if levels[depth].seen & bit != 0, names[levels[depth].firstName...].contains(name) { lose() }
        levels[depth].seen |= bit
        names.append(name)
    }

    private static func bit(of name: String) -> UInt64 {
        let text = name.utf8
        guard let first = text.first, let last = text.last else { return 1 }
        return 1 << (UInt64(text.count &* 7 &+ Int(first) &* 3 &+ Int(last)) & 63)
    }

    private func close(to depth: Int) {
        while levels.count > depth {
            let level = levels.removeLast()
            level.isObject ? writer.endObject() : writer.endArray()
            names.removeSubrange(level.firstName...)
        }
    }
}

/// Where a value stands: how many containers are around it, and which value it is.
struct DirectPlace {
    let depth: Int
    let serial: Int
}
