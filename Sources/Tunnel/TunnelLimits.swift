/// Bounds of the tunnel.
public enum TunnelLimits {
    /// Streams that a tunnel may have open at once, whatever the agent's settings allow.
    public static let streams = 1_000
    /// Bytes given to the socket and not taken, beyond which nothing more is gathered.
    public static let socketBytes = 1 << 18
    /// Bytes of one stream that wait for the peer's credit, beyond which its writer waits.
    public static let writerBytes = 1 << 16
    /// Bytes that a writer adds at a time.
    public static let pieceBytes = 1 << 14
    /// One line of the control stream.
    public static let lineBytes = 1 << 16
    /// Bytes of the control stream that wait for the peer's credit before the peer counts as one that does not read.
    public static let controlBytes = 1 << 18
    /// Reports of one agent that wait for their answers; every other line is worked on at once.
    public static let reports = 256
    /// A document that is pushed.
    public static let documentBytes = 64 << 20
    /// Milliseconds for the head of an answer.
    public static let headMilliseconds: Int64 = 30_000
    /// Milliseconds for both greetings of a new session.
    public static let greetingMilliseconds: Int64 = 10_000
    /// Milliseconds in which a node makes a pushed document durable.
    public static let pushMilliseconds: Int64 = 60_000
    /// Milliseconds without a byte in either direction after which a forwarded connection is given up.
    public static let idleMilliseconds: Int64 = 86_400_000
    /// Milliseconds between two looks whether the socket of a forwarded connection is still there.
    public static let bridgeLookMilliseconds: Int64 = 2_000
    /// Milliseconds between two looks at the silence of a connection, at most.
    public static let silenceLookMilliseconds: Int64 = 5_000
    /// Milliseconds for what a socket had sent before it broke.
    public static let lastAnswerMilliseconds: Int64 = 30_000
    /// Milliseconds for the last words of a connection that is told to go, or of a socket that broke.
    public static let farewellMilliseconds: Int64 = 2_000
}
