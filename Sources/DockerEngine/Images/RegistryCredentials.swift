internal import JSON
public import Model

/// What a registry asks for; it does not print itself.
public struct RegistryCredentials: Sendable, Equatable {
    /// The user's name; empty with an identity token.
    public let username: String
    /// The password, or the identity token that a registry gave instead of one.
    public let password: Redacted<String>
    /// The registry's host, as in `ImageReference.registry`.
    public let registry: String
    /// Whether the password is an identity token.
    public let isIdentityToken: Bool

    /// States credentials.
    public init(username: String, password: Redacted<String>, registry: String) {
        self.username = username
        self.password = password
        self.registry = registry
        isIdentityToken = false
    }

    /// States what a registry gave at a login instead of keeping the password.
    public init(identityToken: Redacted<String>, registry: String) {
        username = ""
        password = identityToken
        self.registry = registry
        isIdentityToken = true
    }

    /// The value of `X-Registry-Auth`: JSON in the URL-safe base64 alphabet.
    var headerValue: String {
        if isIdentityToken {
            let node = JSONNode.object([
                "identitytoken": .string(password.revealed), "serveraddress": .string(registry),
            ])
            return Base64.urlSafe(node.encoded())
        }
        let node = JSONNode.object([
            "username": .string(username), "password": .string(password.revealed),
            "serveraddress": .string(registry),
        ])
        return Base64.urlSafe(node.encoded())
    }
}

/// Base64 as the engine reads it.
enum Base64 {
    /// With padding, `-` and `_`.
    static func urlSafe(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var group = UInt32(bytes[index]) << 16
            if count > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[index + 2]) }
            for place in 0..<4 {
                text.append(place <= count ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : 0x3D)
            }
            index += count
        }
        return String(decoding: text, as: UTF8.self)
    }
}
