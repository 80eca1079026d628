/// How a node's tunnel does.
public struct TunnelState: Codable, Hashable, Sendable {
    /// Whether it can be used.
    public var connected: Bool
    /// Since when; nil while there is none.
    public var connectedAt: Timestamp?
    /// Where the agent comes from.
    public var peer: String?
    /// Streams that are open.
    public var streams: Int?
    /// Bytes the agent has sent.
    public var receivedBytes: UInt64?
    /// Bytes it was sent.
    public var sentBytes: UInt64?

    /// A node without a tunnel.
    public init() { connected = false }

    /// Describes an open tunnel.
    public init(connectedAt: Timestamp, peer: String, streams: Int, receivedBytes: UInt64, sentBytes: UInt64)
    {
        connected = true
        self.connectedAt = connectedAt
        self.peer = peer
        self.streams = streams
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
    }

    private enum CodingKeys: String, CodingKey {
        case connected, peer, streams
        case connectedAt = "connected_at"
        case receivedBytes = "received_bytes"
        case sentBytes = "sent_bytes"
    }
}
