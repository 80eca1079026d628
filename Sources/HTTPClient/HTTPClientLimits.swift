/// The bounds of the HTTP client.
public enum HTTPClientLimits {
    /// Transfers in progress at once in one client; the next one is refused as `tooBusy`.
    public static let concurrentTransfers = 512
    /// Connections open at once in one client; further transfers wait inside libcurl until one is free.
    public static let openConnections = 128
    /// Idle connections kept for reuse.
    public static let idleConnections = 16
    /// Seconds after which an idle connection is not used again.
    public static let idleConnectionSeconds = 60
    /// Easy handles kept for reuse.
    public static let idleHandles = 4
    /// Bytes of libcurl's receive buffer, one for each transfer in progress and each idle handle.
    public static let receiveBufferBytes = 16_384
    /// The same in a program that holds many transfers open and sees small answers.
    public static let smallReceiveBufferBytes = 4096
    /// Bytes of libcurl's send buffer, one for each upload in progress.
    public static let sendBufferBytes = 16_384
    /// Bytes of a streamed body that wait for their reader before the transfer is paused.
    public static let streamedBytesWaiting = 65_536
    /// Bytes of a response head, all field lines together.
    public static let headBytes = 65_536
    /// Field lines of a response head.
    public static let headFields = 256
    /// Bytes of a buffered body when the request does not say.
    public static let defaultBodyBytes = 8 * 1024 * 1024
    /// Bytes of a URL.
    public static let urlBytes = 8192
    /// Bytes of a detail text in a failure.
    public static let detailBytes = 256
    /// Milliseconds to connect when the request does not say.
    public static let defaultConnectMilliseconds: Int64 = 10_000
    /// Milliseconds for a whole buffered exchange when the request does not say.
    public static let defaultTotalMilliseconds: Int64 = 60_000
    /// Bytes kept of a refusal to change the protocol.
    public static let upgradeBodyBytes = 65_536
}
