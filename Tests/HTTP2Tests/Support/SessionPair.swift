import HTTP2

/// A client and a server that carry their bytes to each other.
final class SessionPair {
    let client: HTTP2Session
    let server: HTTP2Session
    var clientEvents: [HTTP2Event] = []
    var serverEvents: [HTTP2Event] = []
    /// Bytes carried so far.
    var carried = 0
    /// The time at both ends.
    var milliseconds: Int64 = 0

    init(
        client: HTTP2Limits = HTTP2Limits(), server: HTTP2Limits = HTTP2Limits(),
        clientBudget: HTTP2Budget? = nil, settles: Bool = true
    ) throws {
        self.client = HTTP2Session(.client, limits: client, budget: clientBudget)
        self.server = HTTP2Session(.server, limits: server)
        if settles { try settle() }
    }

    static let get = [
        HTTP2Field(":method", "GET"), HTTP2Field(":scheme", "http"), HTTP2Field(":path", "/"),
        HTTP2Field(":authority", "node"),
    ]
    static let post = [HTTP2Field(":method", "POST")] + get.dropFirst()
    static let ok = [HTTP2Field(":status", "200")]

    /// Carries bytes until neither side has any.
    func settle() throws {
        while try toServer() || toClient() {}
        serverEvents += server.takeEvents()
        clientEvents += client.takeEvents()
    }

    func toServer() throws -> Bool {
        var bytes: [UInt8] = []
        client.takeOutput(into: &bytes)
        guard !bytes.isEmpty else { return false }
        carried += bytes.count
        serverEvents += try server.receive(bytes, atMilliseconds: milliseconds)
        return true
    }

    func toClient() throws -> Bool {
        var bytes: [UInt8] = []
        server.takeOutput(into: &bytes)
        guard !bytes.isEmpty else { return false }
        carried += bytes.count
        clientEvents += try client.receive(bytes, atMilliseconds: milliseconds)
        return true
    }

    /// What came on a stream, at either side.
    static func body(_ events: [HTTP2Event], _ id: HTTP2StreamID) -> [UInt8] {
        events.reduce(into: []) { all, event in
            if case .data(id, let bytes) = event { all += bytes }
        }
    }
}
