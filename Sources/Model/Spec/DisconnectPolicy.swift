/// What happens to replicas whose node is not heard from.
public struct DisconnectPolicy: Codable, Hashable, Sendable {
    /// Which replica stays when the lost node returns after its replica was replaced.
    public enum Reconnect: String, Codable, Hashable, Sendable, CaseIterable {
        /// The one on the returned node, if it still runs.
        case keep
        /// The replacement.
        case preferNew = "prefer_new"
    }

    /// Seconds of silence before a replica is moved; nil moves it as soon as its node is unreachable.
    public var lostAfterSecs: Int?
    /// Which replica stays when the node returns.
    public var onReconnect: Reconnect

    /// Moves at once and keeps the replacement unless said otherwise.
    public init(lostAfterSecs: Int? = nil, onReconnect: Reconnect = .preferNew) {
        self.lostAfterSecs = lostAfterSecs
        self.onReconnect = onReconnect
    }

    private enum CodingKeys: String, CodingKey {
        case lostAfterSecs = "lost_after_secs"
        case onReconnect = "on_reconnect"
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        lostAfterSecs = try keyed.decodeIfPresent(Int.self, forKey: .lostAfterSecs)
        onReconnect = try keyed.decodeIfPresent(Reconnect.self, forKey: .onReconnect) ?? .preferNew
    }
}
