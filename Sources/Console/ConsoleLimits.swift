/// Every bound of this module, by name.
enum ConsoleLimits {
    /// Milliseconds a download may take in all.
    static let downloadMilliseconds: Int64 = 1_800_000
    /// Bytes of a file whose content is sent; the control plane takes no larger body.
    static let documentBytes = 1_048_576
    /// Bytes of a refusal that are read in the place of a download.
    static let refusalBytes = 65_536
    /// The largest body that is relayed from a file.
    static let relayedBytes = 256 << 20
    /// Milliseconds for the head of a relayed answer.
    static let relayMilliseconds: Int64 = 300_000
    /// Milliseconds to connect and to have a raw stream opened, the start of a command included.
    static let streamMilliseconds: Int64 = 30_000
    /// Bytes read from standard input at a time.
    static let inputBytes = 65_536
    /// Milliseconds without a byte after which a raw stream is given up.
    static let idleMilliseconds: Int64 = 86_400_000
    /// Bytes that wait for one side of a forwarded connection, beyond which the other is not read.
    static let carriedBytes = 262_144
    /// Connections that one port-forward carries at once.
    static let forwardedConnections = 256
}
