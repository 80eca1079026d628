/// Bounds of one session.
public struct HTTP2Limits: Sendable {
    /// Streams the peer may have open at once, and that this side opens.
    public var streams = 256
    /// Credit of the whole connection; it is returned on receipt.
    public var connectionWindowBytes = 1 << 23
    /// Credit of a new stream; it is returned as its reader takes what came.
    public var firstWindowBytes = 1 << 14
    /// Credit up to which a stream grows while its reader keeps up.
    public var lastWindowBytes = 1 << 20
    /// Credit up to which a stream grows where a round trip is so long that credit is what limits it.
    public var wideWindowBytes = 1 << 22
    /// What all streams together get beyond their first credit where the way is short.
    ///
    /// Whoever reads for a while and then stops keeps all of its credit filled. So much less than `bufferedBytes` leaves room
    /// for 128 streams that stand still, of a small machine for 48.
    public var nearBytes = 3 << 19
    /// The part of `nearBytes` that only streams get whose readers have taken `steadyBytes`.
    ///
    /// What takes bytes for a moment and then stands still gets none of it, so that many of those do not hold up
    /// whoever goes on.
    public var keptBytes = 1 << 19
    /// Bytes that a reader has taken of one stream when it counts as one that goes on.
    ///
    /// More than the kernel takes for a client that reads nothing, whose socket it lets grow to 4 MiB.
    public var steadyBytes = 8 << 20
    /// A round trip from which on the way is a long one.
    public var farMilliseconds: Int64 = 20
    /// Sum of all streams' credit up to which they grow; beyond this many received bytes new streams are refused.
    public var bufferedBytes = 4 << 20
    /// Bytes of a body in one frame, at most: a side's own peers are told that they may be so long.
    public var frameBytes = 1 << 16
    /// Names and values of one header block, each field with the 32 bytes HPACK counts for it.
    public var headerBytes = 16_384
    /// Frames that cost the peer nothing (PING, SETTINGS, RST_STREAM, PRIORITY, empty DATA) in one span of time.
    public var idleFrames = 1_000
    /// RST_STREAM frames at once and in a second, whatever they are about, before nghttp2 takes no further streams.
    public var resets: UInt64 = 100_000
    /// WINDOW_UPDATE frames in one span of time.
    public var windowFrames = 200_000
    /// The span of time both counts are about.
    public var spanMilliseconds: Int64 = 10_000
    /// Acknowledgements that wait to be sent before the session fails.
    public var acknowledgements = 64
    /// Entries of one SETTINGS frame.
    public var settings = 32
    /// Bytes of the table this side compresses headers with: requests of a tunnel hardly repeat themselves.
    public var compressionBytes = 1_024
    /// Bytes gathered before they are given to the socket.
    public var gatheredBytes = 1 << 17

    /// From here on memory of a session has pages of its own.
    static let ownPagesBytes = 8_192
    /// Bytes before the content of every frame.
    static let frameHeadBytes = 9

    /// The bounds of a control plane's side.
    public init() {}

    /// The bounds of a small machine.
    public static var small: HTTP2Limits {
        var limits = HTTP2Limits()
        limits.bufferedBytes = 1 << 20
        limits.nearBytes = 7 << 15
        limits.keptBytes = 3 << 15
        return limits
    }
}
