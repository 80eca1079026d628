/// What names of secrets look like: one file name, one end of a variable's name.
public enum SecretName {
    /// Why a text is no name of a secret; nil when it is one.
    public static func fault(_ name: String) -> String? {
        let bytes = name.utf8
        guard !bytes.isEmpty, bytes.count <= ConfigLimits.referenceBytes else {
            return "must be 1 to \(ConfigLimits.referenceBytes) bytes"
        }
        let isPlain = bytes.allSatisfy {
            $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
                && $0 != UInt8(ascii: "=")
        }
        guard isPlain, name != ".", name != ".." else {
            return "must not contain '/', '\\', '=', blanks or control characters"
        }
        return nil
    }
}
