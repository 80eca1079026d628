/// What names, labels and image references look like.
public enum TextRules {
    /// Why a text is not an object name, or nil when it is one.
    public static func nameFault(_ name: String) -> String? {
        let bytes = Array(name.utf8)
        let rule = "lower-case letters, digits and inner hyphens, 1 to \(SpecLimits.nameBytes) characters"
        guard !bytes.isEmpty, bytes.count <= SpecLimits.nameBytes else { return "must be \(rule)" }
        guard isLowerOrDigit(bytes[0]), isLowerOrDigit(bytes[bytes.count - 1]) else {
            return "must begin and end with a lower-case letter or digit (\(rule))"
        }
        guard bytes.allSatisfy({ isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }) else {
            return "must be \(rule)"
        }
        return nil
    }

    /// Why a text is not a label key or value, or nil when it is one.
    public static func labelFault(_ text: String) -> String? {
        let bytes = text.utf8
        guard !bytes.isEmpty else { return "must not be empty" }
        guard bytes.count <= SpecLimits.fieldBytes else {
            return "must be at most \(SpecLimits.fieldBytes) bytes"
        }
        guard
            bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
            )
        else { return "must not contain blanks, control characters, ',' or '='" }
        return nil
    }

    /// Why a text is not an image reference of the distribution's grammar, or nil when it is one.
    ///
    /// `[host[:port]/]name[/name…][:tag][@algorithm:hex]`; see the distribution project's reference grammar.
    public static func imageFault(_ image: String) -> String? {
        let bytes = Array(image.utf8)
        guard !bytes.isEmpty else { return "must not be empty" }
        guard bytes.count <= SpecLimits.imageBytes else {
            return "must be at most \(SpecLimits.imageBytes) bytes"
        }
        var rest = bytes[...]
        if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
            guard isDigest(rest[(at + 1)...]) else {
                return "has a malformed digest (expected sha256:<64 hex digits>)"
            }
            rest = rest[..<at]
        }
        let nameStart = rest.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? rest.startIndex
        if let colon = rest[nameStart...].firstIndex(of: UInt8(ascii: ":")) {
            guard isTag(rest[(colon + 1)...]) else { return "has a malformed tag" }
            rest = rest[..<colon]
        }
        var components = rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if components.count > 1, let first = components.first, isRegistry(first) { components.removeFirst() }
        guard components.allSatisfy(isPathComponent) else {
            return
                "is not a valid image reference (expected [host[:port]/]name[:tag][@digest], name in lower case)"
        }
        return nil
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (0x41...0x5A).contains(byte)
    }

    private static func isDigest(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex else {
            return false
        }
        let hex = bytes[(colon + 1)...]
        return bytes[..<colon].allSatisfy {
            isAlphanumeric($0) || $0 == 0x2B || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D
        }
            && hex.count >= 32 && hex.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isTag(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= 128 else { return false }
        return (isAlphanumeric(first) || first == 0x5F)
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D }
    }

    /// A first component is a registry when it has a dot or a port, or is `localhost`.
    private static func isRegistry(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard
            bytes.contains(UInt8(ascii: ".")) || bytes.contains(UInt8(ascii: ":"))
                || Array(bytes) == Array("localhost".utf8)
        else { return false }
        return bytes.first != UInt8(ascii: ".") && bytes.first != UInt8(ascii: ":")
            && bytes.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
                    || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]")
            }
    }

    /// Lower-case letters and digits, joined by one dot, one or two underscores, or any number of hyphens.
    private static func isPathComponent(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last, isLowerOrDigit(first), isLowerOrDigit(last)
        else {
            return false
        }
        var separator: [UInt8] = []
        for byte in bytes {
            if isLowerOrDigit(byte) {
                separator = []
                continue
            }
            separator.append(byte)
            switch byte {
            case UInt8(ascii: "-"): if separator.contains(where: { $0 != byte }) { return false }
            case UInt8(ascii: "."): if separator.count > 1 { return false }
            case UInt8(ascii: "_"):
                if separator.count > 2 || separator.contains(where: { $0 != byte }) { return false }
            default: return false
            }
        }
        return true
    }
}
