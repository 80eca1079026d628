/// The small alphabet questions that everything about HTTP asks (RFC 9110 §5.6).
public enum HTTPToken {
    /// One bit for each of the first 64 characters that a token may contain, then for the next 64.
    @usableFromInline static let low: UInt64 = 0x03FF_6CFA_0000_0000
    @usableFromInline static let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE

    /// True for the bytes of method and field names.
    @inlinable
    public static func isTokenByte(_ byte: UInt8) -> Bool {
        // Letters, digits and the hyphen first: nearly every byte of every name.
        if (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D { return true }
        guard byte < 128 else { return false }
        return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte - 64)) & 1 == 1
    }

    /// True for a non-empty run of token bytes.
    public static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy(isTokenByte)
    }

    /// The ASCII lower-case form of a byte.
    @inlinable
    public static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// The bytes without spaces and tabs at either end.
    public static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        var rest = bytes[...]
        while let first = rest.first, first == 32 || first == 9 { rest = rest.dropFirst() }
        while let last = rest.last, last == 32 || last == 9 { rest = rest.dropLast() }
        return rest
    }
}
