internal import COpenSSL
internal import Glibc

extension Certificate {
    /// The host names and addresses it is for, each in its usual spelling, sorted.
    public var names: [String] {
        guard let found = X509_get_ext_d2i(x509, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(found)
        defer { GENERAL_NAMES_free(list) }
        var names: [String] = []
        for index in 0..<min(Int32(TLSLimits.names), copenssl_general_name_count(list)) {
            if let name = Self.name(list, index) { names.append(name) }
        }
        return names.sorted()
    }

    /// One spelling for every host name and address, so that they can be compared.
    public static func usualName(_ name: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, name, &bytes) == 1 { return address(Array(bytes[..<4])) ?? name }
        if inet_pton(AF_INET6, name, &bytes) == 1 { return address(bytes) ?? name }
        return name.lowercased()
    }

    /// Whether the name is a numeric address.
    static func isAddress(_ name: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET, name, &bytes) == 1 || inet_pton(AF_INET6, name, &bytes) == 1
    }

    private static func name(_ list: OpaquePointer, _ index: Int32) -> String? {
        var type: Int32 = 0
        var length: Int32 = 0
        guard let bytes = copenssl_name_bytes(copenssl_general_name(list, index), &type, &length) else {
            return nil
        }
        let value = Array(UnsafeBufferPointer(start: bytes, count: Int(length)))
        return type == GEN_DNS ? usualName(String(decoding: value, as: UTF8.self)) : address(value)
    }

    /// The text of an address in network order.
    private static func address(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: 64)
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
